/** @file Pictures whose numbers are no colours of 8 bits, written by a writer of our own. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { openCache } from '#src/data/cache/cache.js';
import { buildCache } from '#src/data/cache/cache-build.js';
import { cacheDifferences } from '#src/data/cache/cache-compare.js';
import { startFingerprint } from '#src/data/cache/cache-format.js';
import { decodePicture } from '#src/data/decode/decode.js';
import type { Decoded } from '#src/data/picture.js';
import { scan } from '#src/data/scan/scan.js';
import { useTempDir } from '../pictures.js';
import { type TiffOptions, tiff } from '../tiff-writer.js';

const dir = useTempDir();
const SIDE = 40;
const N = SIDE * SIDE;
const SIZE = { width: SIDE, height: SIDE };

/** 0 at the left to 1 at the right. */
const ramp = Array.from({ length: N }, (_, i) => (i % SIDE) / (SIDE - 1));
/** 0 at the top to 1 at the bottom. */
const down = Array.from({ length: N }, (_, i) => Math.floor(i / SIDE) / (SIDE - 1));

async function read(bytes: Uint8Array): Promise<Decoded> {
  const path = join(dir(), 'picture.tif');
  await writeFile(path, bytes);
  const { pictures } = await scan([path]);
  return decodePicture(pictures[0]!, 1000);
}

/** Levels of one channel. */
function channel({ pixels }: Decoded, c: number): number[] {
  return Array.from({ length: pixels.length / 3 }, (_, i) => pixels[3 * i + c]!);
}

function expectClose(levels: readonly number[], parts: readonly number[], within = 2): void {
  const worst = Math.max(...levels.map((level, i) => Math.abs(level - 255 * parts[i]!)));
  expect(worst).toBeLessThanOrEqual(within);
}

describe('numbers that are no colours', () => {
  it.each<[string, (part: number) => number, Omit<TiffOptions, 'width' | 'height'>, string]>([
    ['float, 0 to 1', (x) => x, { bits: 32, format: 3 }, 'unit'],
    ['float, 0 to 1, big-endian', (x) => x, { bits: 32, format: 3, isBigEndian: true }, 'unit'],
    ['float, 300 to 1200', (x) => 300 + 900 * x, { bits: 32, format: 3 }, 'stretched'],
    ['float, below a thousandth', (x) => x / 2000, { bits: 32, format: 3 }, 'stretched'],
    ['float, −1 to 1', (x) => 2 * x - 1, { bits: 32, format: 3 }, 'stretched'],
    ['int16, on both sides of zero', (x) => 4000 * x - 1024, { bits: 16, format: 2 }, 'stretched'],
    ['int8', (x) => 200 * x - 100, { bits: 8, format: 2 }, 'stretched'],
    ['12 bits in 16', (x) => 4095 * x, { bits: 16, format: 1 }, 'stretched'],
    ['12 bits in 16, white is zero', (x) => 4095 * (1 - x), { bits: 16, format: 1, photometric: 0 }, 'stretched'],
    ['float, white is zero', (x) => 1 - x, { bits: 32, format: 3, photometric: 0 }, 'unit'],
    ['uint32', (x) => 100_000 * x, { bits: 32, format: 1 }, 'stretched'],
    ['int32', (x) => 100_000 * x - 50_000, { bits: 32, format: 2 }, 'stretched'],
  ])('are black to white over their range, and that is told: %s', async (_, write, options, reading) => {
    const decoded = await read(tiff(ramp.map(write), { ...SIZE, ...options }));
    expect(decoded.readings).toEqual([reading]);
    for (const c of [0, 1, 2]) expectClose(channel(decoded, c), ramp);
  });

  it('stay as bright as they are where they fill the range of their sort', async () => {
    const half = ramp.map((x) => x / 2);
    const float = await read(tiff(half, { ...SIZE, bits: 32, format: 3 }));
    expectClose(channel(float, 0), half);
    const sixteen = await read(
      tiff(
        half.map((x) => 65_535 * x),
        { ...SIZE, bits: 16, format: 1 },
      ),
    );
    expect(sixteen.readings).toEqual([]);
    expectClose(channel(sixteen, 0), half);
  });

  it('leave out what is no measurement, and single pixels far off', async () => {
    const holes = new Set([5, 17, 700, 701, 702, 703, 704]);
    const levelsOf = async (missing: number, noData?: string): Promise<number[]> => {
      const values = ramp.map((x, i) => (holes.has(i) ? missing : 300 + 900 * x));
      return channel(await read(tiff(values, { ...SIZE, bits: 32, format: 3, ...(noData && { noData }) })), 0);
    };
    const parts = ramp.map((x, i) => (holes.has(i) ? 0 : x));
    expectClose(await levelsOf(-9999, '-9999'), parts);
    for (const missing of [Number.NaN, Number.NEGATIVE_INFINITY, -3.4e38]) expectClose(await levelsOf(missing), parts);
    const hot = ramp.map((x, i) => (i === 20 ? 60_000 : 100 + 500 * x));
    const levels = channel(await read(tiff(hot, { ...SIZE, bits: 16, format: 1 })), 0);
    expectClose(
      levels,
      ramp.map((x, i) => (i === 20 ? 1 : x)),
      2,
    );
  });

  it('share a range where they are red, green and blue', async () => {
    const values = ramp.flatMap((x, i) => [2000 * x, 1000 * down[i]!, 0]);
    const decoded = await read(tiff(values, { ...SIZE, samples: 3, photometric: 2, bits: 16, format: 1 }));
    expect(decoded.readings).toEqual(['stretched']);
    expectClose(channel(decoded, 0), ramp, 2);
    expectClose(
      channel(decoded, 1),
      down.map((y) => y / 2),
      2,
    );
    expect(Math.max(...channel(decoded, 2))).toBe(0);
  });

  it('have each its own range where they are bands, of which the first three are seen', async () => {
    const values = ramp.flatMap((x, i) => [900 * x, 300 * down[i]!, 5000 * (1 - x), 7, 60_000]);
    const decoded = await read(tiff(values, { ...SIZE, samples: 5, bits: 16, format: 1, extra: [0, 0, 0, 0] }));
    expect(decoded.readings).toEqual(['stretched', 'bands']);
    expectClose(channel(decoded, 0), ramp);
    expectClose(channel(decoded, 1), down, 4);
    expectClose(
      channel(decoded, 2),
      ramp.map((x) => 1 - x),
    );
  });

  it('of 8 bits are not taken for transparency', async () => {
    const two = await read(
      tiff(
        ramp.flatMap((x) => [255 * x, 10]),
        { ...SIZE, samples: 2, bits: 8, format: 1, extra: [0] },
      ),
    );
    expect(two.readings).toEqual(['bands']);
    expectClose(channel(two, 0), ramp);
    const four = ramp.flatMap((x, i) => [255 * x, 255 * down[i]!, 0, 10]);
    const decoded = await read(tiff(four, { ...SIZE, samples: 4, photometric: 2, bits: 8, format: 1, extra: [0] }));
    expectClose(channel(decoded, 0), ramp);
    expectClose(channel(decoded, 1), down);
  });

  it('keep apart what version 0.1 made one black picture of: noise and a gradient', async () => {
    const noise = Array.from({ length: N }, (_, i) => (Math.imul(i + 1, 2_654_435_761) >>> 0) / 2 ** 32);
    const [a, b] = [
      await read(tiff(noise, { ...SIZE, bits: 32, format: 3 })),
      await read(tiff(ramp, { ...SIZE, bits: 32, format: 3 })),
    ];
    const apart = channel(a, 0).reduce((sum, level, i) => sum + Math.abs(level - channel(b, 0)[i]!), 0) / N;
    expect(apart).toBeGreaterThan(50);
  });

  it('reads a 16-bit PNG of 12 bits likewise, with its transparency', async () => {
    const grey = Uint16Array.from(ramp, (x) => 4095 * x);
    const png = await sharp(grey, { raw: { ...SIZE, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer();
    const decoded = await read(png);
    expect(decoded.readings).toEqual(['stretched']);
    expectClose(channel(decoded, 1), ramp);
    const rgba = Uint16Array.from(ramp.flatMap((x) => [4095 * x, 0, 0, x < 0.5 ? 0 : 65_535]));
    const seen = await read(
      await sharp(rgba, { raw: { ...SIZE, channels: 4 } })
        .toColourspace('rgb16')
        .png()
        .toBuffer(),
    );
    expectClose(
      channel(seen, 0),
      ramp.map((x) => (x < 0.5 ? 1 : x)),
      4,
    );
  });

  it.each([
    ['64-bit floating-point', { bits: 64, format: 3 }],
    ['64-bit', { bits: 64, format: 3, isBigEndian: true }],
  ])('are refused by their sort where they cannot be read: %s', async (name, options) => {
    await writeFile(join(dir(), 'double.tif'), tiff(ramp, { ...SIZE, ...options }));
    await expect(scan([dir()])).rejects.toThrow(`TIFF of ${name}`);
    await expect(scan([dir()])).rejects.toThrow('convert it to 32-bit floating-point');
  });

  it('that are all one are told as one colour', async () => {
    const { readings, pixels } = await read(tiff(Array(N).fill(7), { ...SIZE, bits: 16, format: 2 }));
    expect(readings).toEqual(['stretched', 'uniform']);
    expect(new Set(pixels).size).toBe(1);
  });

  it('are cached, and named by the cache apart from what version 0.1 made of the same files', async () => {
    await writeFile(join(dir(), 'a.tif'), tiff(ramp, { ...SIZE, bits: 32, format: 3 }));
    await writeFile(
      join(dir(), 'b.png'),
      await sharp({ create: { ...SIZE, channels: 3, background: 'red' } })
        .png()
        .toBuffer(),
    );
    const { pictures } = await scan([dir()]);
    const report = await buildCache(pictures, join(dir(), 'cache'), { shortSide: 24 });
    expect(report.readings).toEqual([
      { reading: 'unit', count: 1, example: join(dir(), 'a.tif') },
      { reading: 'uniform', count: 1, example: join(dir(), 'b.png') },
    ]);
    const cache = openCache(join(dir(), 'cache'));
    expect(await decodePicture(pictures[0]!, 24)).toMatchObject(cache.read(0));
    const named = startFingerprint(24);
    for (const key of cache.keys) named.update(key);
    expect(cache.fingerprint).not.toBe(named.digest('hex'));
    cache.close();
    expect(await cacheDifferences(join(dir(), 'cache'), pictures, { shortSide: 24 })).toEqual([]);
  });
});
