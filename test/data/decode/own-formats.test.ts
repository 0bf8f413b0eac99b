/** @file BMP and HEIC, which libvips does not read here: from files that other programs wrote. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataError } from '#src/core/errors.js';
import { decodePicture } from '#src/data/decode/decode.js';
import type { Rgb } from '#src/data/picture.js';
import { scan } from '#src/data/scan/scan.js';
import { noise, useTempDir } from '../pictures.js';

const dir = useTempDir();
/** Red on the left, blue on the right, by libheif and x265 (pillow-heif). */
const HEIC = new URL('./two-colours.heic', import.meta.url);

async function decoded(name: string, bytes: Uint8Array): Promise<Rgb> {
  const path = join(dir(), name);
  await writeFile(path, bytes);
  const [picture] = (await scan([path])).pictures;
  return decodePicture(picture!, 1000);
}

/** A BMP file by the book: 54 bytes of header, palette, then lines from the bottom, each of a multiple of four bytes. */
function bmp({ width, height, pixels }: Rgb, { bits = 24, fromTop = false } = {}): Buffer {
  const palette = bits === 8 ? Buffer.alloc(1024) : Buffer.alloc(0);
  for (let i = 0; i < palette.length / 4; i++) palette.set([i, 255 - i, (7 * i) & 255, 0], 4 * i);
  const stride = 4 * Math.ceil((width * bits) / 32);
  const lines = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [r, g, b] = pixels.subarray(3 * (y * width + x));
      const at = (fromTop ? y : height - 1 - y) * stride + (x * bits) / 8;
      lines.set(bits === 8 ? [r!] : [b!, g!, r!], at);
    }
  }
  const header = Buffer.alloc(54);
  header.write('BM');
  header.writeUInt32LE(54 + palette.length + lines.length, 2);
  header.writeUInt32LE(54 + palette.length, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(fromTop ? -height : height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(bits, 28);
  return Buffer.concat([header, palette, lines]);
}

describe('a BMP file', () => {
  it.each([{}, { fromTop: true }, { bits: 32 }])('is read to the bit: %o', async (how) => {
    const picture = noise(7, 5);
    const { width, height, pixels } = await decoded('a.bmp', bmp(picture, how));
    expect({ width, height }).toEqual({ width: 7, height: 5 });
    expect(Buffer.compare(pixels, picture.pixels)).toBe(0);
  });

  it('is read by its palette', async () => {
    const picture = noise(7, 5);
    const { pixels } = await decoded('a.bmp', bmp(picture, { bits: 8 }));
    for (let i = 0; i < 35; i++) {
      const index = picture.pixels[3 * i]!;
      expect(Array.from(pixels.subarray(3 * i, 3 * i + 3))).toEqual([(7 * index) & 255, 255 - index, index]);
    }
  });

  it('is said to be cut short if it is', async () => {
    const file = bmp(noise(40, 40));
    await expect(decoded('a.bmp', file.subarray(0, 2000))).rejects.toThrow('damaged: the BMP file is cut short');
  });

  it('is none if it only begins like one', async () => {
    await writeFile(join(dir(), 'a.bmp'), 'BMW and others');
    await expect(scan([dir()])).rejects.toThrow('no picture but text');
  });
});

describe('a HEIC file', () => {
  it('is read, as large as it says', async () => {
    const { width, height, pixels } = await decoded('a.heic', await readFile(HEIC));
    expect({ width, height }).toEqual({ width: 64, height: 48 });
    const at = (x: number): number[] => Array.from(pixels.subarray(3 * (24 * 64 + x), 3 * (24 * 64 + x) + 3));
    for (const [i, level] of [220, 30, 30].entries()) expect(Math.abs(at(8)[i]! - level)).toBeLessThan(6);
    for (const [i, level] of [30, 30, 220].entries()) expect(Math.abs(at(56)[i]! - level)).toBeLessThan(6);
  });

  it('is said to be damaged or cut short if it is', async () => {
    const file = await readFile(HEIC);
    await expect(decoded('a.heic', file.subarray(0, 480))).rejects.toThrow('damaged: the HEIC file is cut short');
    // From where the pixels begin.
    file.fill(0, 417);
    await expect(decoded('b.heic', file)).rejects.toThrow(DataError);
  });
});
