import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArgumentError, DataError } from '#src/core/errors.js';
import { drawDataset } from '#src/data/synthetic/dataset.js';
import { KIND_NAMES } from '#src/data/synthetic/kinds.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'instdisc-draw-'));
});
afterAll(() => rm(root, { recursive: true }));

describe('drawDataset', () => {
  it('writes one folder a kind with that many JPEGs of the size asked for, and counts them', async () => {
    const dir = join(root, 'small');
    const counts: number[] = [];
    const files = await drawDataset(dir, { perKind: 2, seed: 1, size: 40, onProgress: (done) => counts.push(done) });
    expect((await readdir(dir)).sort()).toEqual([...KIND_NAMES].sort());
    expect(files).toHaveLength(24);
    expect(counts).toEqual(Array.from({ length: 24 }, (_, index) => index + 1));
    const { format, width, height, channels } = await sharp(files[5]).metadata();
    expect({ format, width, height, channels }).toEqual({ format: 'jpeg', width: 40, height: 40, channels: 3 });
  });

  it('draws picture 3 the same, to the byte, whether or not pictures 0 to 2 are drawn before it', async () => {
    const all = await drawDataset(join(root, 'all'), { perKind: 4, seed: 9 });
    const last = await drawDataset(join(root, 'last'), { perKind: 1, seed: 9, first: 3 });
    for (const file of last) {
      const same = all.find((other) => other.endsWith(join(basename(dirname(file)), basename(file))));
      expect(await readFile(file)).toEqual(await readFile(same!));
    }
  });

  it('draws other pictures from another seed', async () => {
    const [one] = await drawDataset(join(root, 'seed1'), { perKind: 1, seed: 1 });
    const [two] = await drawDataset(join(root, 'seed2'), { perKind: 1, seed: 2 });
    expect(await readFile(one!)).not.toEqual(await readFile(two!));
  });

  it('stops when told to, and writes nothing after that', async () => {
    const abort = new AbortController();
    const dir = join(root, 'stopped');
    const onProgress = (done: number): void => (done === 5 ? abort.abort(new Error('enough')) : undefined);
    await expect(drawDataset(dir, { perKind: 50, seed: 1, onProgress, signal: abort.signal })).rejects.toThrow(
      'enough',
    );
    const written = await readdir(dir, { recursive: true });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await readdir(dir, { recursive: true })).toEqual(written);
    expect(written.filter((name) => name.endsWith('.jpg')).length).toBeLessThan(12);
  });

  it('refuses a number of pictures or a size that is not a positive integer', async () => {
    await expect(drawDataset(root, { perKind: 0, seed: 1 })).rejects.toThrow(ArgumentError);
    await expect(drawDataset(root, { perKind: 1, seed: 1, size: 2.5 })).rejects.toThrow('size: expected a positive');
  });

  it('says so when the folder is a file', async () => {
    const file = join(root, 'file');
    await writeFile(file, '');
    await expect(drawDataset(file, { perKind: 1, seed: 1 })).rejects.toThrow(DataError);
  });
});

describe('the drawn pictures', () => {
  it('are not told apart by their mean colour, and badly by their pixels', async () => {
    const files = await drawDataset(join(root, 'hard'), { perKind: 30, seed: 3 });
    const labels = files.map((file) => basename(dirname(file)));
    const pixels = await Promise.all(
      files.map(async (file) => [...(await sharp(file).resize(16, 16).raw().toBuffer())]),
    );
    const colours = pixels.map((picture) =>
      [0, 1, 2].map((channel) => mean(picture.filter((_, index) => index % 3 === channel))),
    );
    // Chance is 1/12; for 360 pictures, three standard deviations above it are 0.13.
    expect(nearestAccuracy(colours, labels)).toBeLessThan(0.15);
    expect(nearestAccuracy(pixels, labels)).toBeLessThan(0.4);
  });
});

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Share of vectors whose nearest other vector, by Euclidean distance, has their label. */
function nearestAccuracy(vectors: readonly (readonly number[])[], labels: readonly string[]): number {
  const right = vectors.filter((vector, self) => {
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (const [other, candidate] of vectors.entries()) {
      if (other === self) continue;
      let distance = 0;
      for (let i = 0; i < vector.length; i++) distance += (vector[i]! - candidate[i]!) ** 2;
      if (distance < least) [least, best] = [distance, other];
    }
    return labels[best] === labels[self];
  });
  return right.length / vectors.length;
}
