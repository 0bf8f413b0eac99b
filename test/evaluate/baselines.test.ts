import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { scan } from '#src/data/scan/scan.js';
import { type Baseline, baselinesOf, forLinear } from '#src/evaluate/baselines.js';
import { tempFolder } from '../store/temp-folder.js';
import { TOLERANCES } from '../tolerances.js';

const SIDE = 32;
const root = tempFolder();
const transform = { size: 64, resize: 64, mean: [0.5, 0.5, 0.5], std: [0.2, 0.2, 0.2] } as const;
/** Pixels of each picture, red, green, blue, by its path below the folder. */
const pixels: Readonly<Record<string, Uint8Array>> = {
  'train/a/0.png': picture((x) => (x < 8 ? [250, 10, 10] : [10, 250, 10])),
  'train/a/1.png': picture((x, y) => [8 * x, 8 * y, 128]),
  'train/b/2.png': picture((x, y) => ((x + y) % 2 === 0 ? [0, 0, 0] : [255, 255, 255])),
  'test/b/3.png': picture((_, y) => [31, 32, y]),
};
let found: readonly Baseline[];

function picture(colour: (x: number, y: number) => readonly number[]): Uint8Array {
  return Uint8Array.from(Array.from({ length: SIDE * SIDE }, (_, i) => colour(i % SIDE, Math.floor(i / SIDE))).flat());
}

async function write(path: string, raw: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await sharp(raw, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .png()
    .toFile(path);
}

const measure = async (
  reference: string,
  test: string,
  size: number = transform.size,
): Promise<readonly Baseline[]> => {
  const [known, asked] = [await scan([reference]), await scan([test])];
  return baselinesOf(known.pictures, asked.pictures, { transform: { ...transform, size } });
};

beforeAll(async () => {
  for (const [name, raw] of Object.entries(pixels)) await write(join(root, name), raw);
  found = await measure(join(root, 'train'), join(root, 'test'));
});

describe('the colour histogram', () => {
  it('has the square roots of the shares of 8 × 8 × 8 colours', () => {
    const [{ name, reference, test }] = found as [Baseline];
    expect(name).toBe('colour histogram');
    expect(reference.labels).toEqual(['a', 'a', 'b']);
    for (const [set, names] of [
      [reference, ['train/a/0.png', 'train/a/1.png', 'train/b/2.png']],
      [test, ['test/b/3.png']],
    ] as const) {
      for (const [row, name] of names.entries()) {
        const counts = Array<number>(512).fill(0);
        const raw = pixels[name]!;
        for (let i = 0; i < raw.length; i += 3) {
          const [r, g, b] = [raw[i]!, raw[i + 1]!, raw[i + 2]!].map((level) => level >> 5) as [number, number, number];
          counts[64 * r + 8 * g + b]! += 1 / (SIDE * SIDE);
        }
        const feature = set.features.subarray(512 * row, 512 * (row + 1));
        counts.forEach((share, bin) => {
          expect(Math.abs(feature[bin]! - Math.sqrt(share))).toBeLessThan(TOLERANCES.float32.features);
        });
      }
    }
  });

  it('counts what the encoder sees: the crop, not what is around it', async () => {
    const framed = picture((x, y) => (x >= 8 && x < 24 && y >= 8 && y < 24 ? [255, 0, 0] : [0, 0, 255]));
    await write(join(root, 'framed', 'a', '0.png'), framed);
    const [{ reference }] = (await measure(join(root, 'framed'), join(root, 'test'), 32)) as [Baseline];
    expect(Array.from(reference.features.entries()).filter(([, share]) => share > 0)).toEqual([[7 * 64, 1]]);
  });
});

it('raw pixels are those of a 32 × 32 crop, less the mean of the reference, of length one', () => {
  const { name, reference, test } = found[1]!;
  expect(name).toBe('raw pixels');
  const rows = Object.values(pixels).map((raw) => planes(raw));
  const mean = rows[0]!.map((_, i) => (rows[0]![i]! + rows[1]![i]! + rows[2]![i]!) / 3);
  const expected = rows.map((row) => {
    const centred = row.map((level, i) => level - mean[i]!);
    const length = Math.hypot(...centred);
    return centred.map((level) => level / length);
  });
  const features = [...reference.features, ...test.features];
  expected.flat().forEach((level, i) => {
    expect(Math.abs(features[i]! - level)).toBeLessThan(TOLERANCES.float32.features);
  });
});

it('halves raw pixels for linear classifiers, and leaves the histogram as it is', () => {
  const [histogram, rawPixels] = found as [Baseline, Baseline];
  expect(forLinear(histogram)).toEqual(histogram);
  const { name, test } = forLinear(rawPixels);
  expect([name, test.dim]).toEqual(['raw pixels, 16×16', 768]);
  const own = Array.from(rawPixels.test.features);
  const means = Array.from({ length: 768 }, (_, i) => {
    const [x, y, plane] = [i % 16, Math.floor(i / 16) % 16, Math.floor(i / 256)];
    const at = (dx: number, dy: number): number => own[plane * 1024 + (2 * y + dy) * 32 + 2 * x + dx]!;
    return (at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1)) / 4;
  });
  const length = Math.hypot(...means);
  means.forEach((mean, i) => {
    expect(Math.abs(test.features[i]! - mean / length)).toBeLessThan(TOLERANCES.float32.features);
  });
});

it('leaves out a picture that cannot be decoded', async () => {
  const folder = join(root, 'broken');
  await write(join(folder, 'a', 'whole.png'), pixels['train/a/0.png']!);
  const png = await sharp(pixels['train/a/1.png']!, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .png()
    .toBuffer();
  await writeFile(join(folder, 'a', 'cut.png'), png.subarray(0, png.length - 60));
  const [{ reference }] = (await measure(folder, join(root, 'test'))) as [Baseline];
  expect(reference.ids).toEqual([join(folder, 'a', 'whole.png')]);
  expect(reference.features).toHaveLength(512);
});

/** All red, then all green, then all blue, in [0, 1]. */
function planes(raw: Uint8Array): number[] {
  const at = (channel: number): number[] => Array.from({ length: SIDE * SIDE }, (_, i) => raw[3 * i + channel]! / 255);
  return [0, 1, 2].flatMap(at);
}
