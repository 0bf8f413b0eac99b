/** @file The test transform and the batches made with it. */

import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { RunError } from '#src/core/errors.js';
import { cachedEvalBatches, evalBatches } from '#src/data/batches/eval-batches.js';
import { openCache } from '#src/data/cache/cache.js';
import { buildCache } from '#src/data/cache/cache-build.js';
import { cacheShortSide } from '#src/data/cache/cache-format.js';
import type { Picture, Rgb, Skipped } from '#src/data/picture.js';
import { scan } from '#src/data/scan/scan.js';
import { CentreCropper } from '#src/data/transform/centre-crop.js';
import { encoder, gradient, noise, useTempDir } from '../pictures.js';

const dir = useTempDir();
const plain = { mean: [0, 0, 0], std: [1, 1, 1] } as const;
const options = { size: 16, resize: 18, mean: [0.5, 0.4, 0.3], std: [0.2, 0.3, 0.4], batch: 3 } as const;

describe('CentreCropper', () => {
  const crop = (picture: Rgb, size: number, resize: number): Float32Array => {
    const out = new Float32Array(3 * size * size);
    new CentreCropper({ size, resize, ...plain }).apply(picture, out);
    return out;
  };

  it('leaves a square of the right size as it is', () => {
    const picture = noise(12, 12);
    const out = crop(picture, 12, 12);
    for (let i = 0; i < 144; i++) expect(out[i + 144]).toBeCloseTo(picture.pixels[3 * i + 1]! / 255, 6);
  });

  it.each([
    [60, 30],
    [30, 60],
    [90, 31],
  ])('takes the middle of %i × %i', (width, height) => {
    // The red plane grows to the right by 1/width a pixel, so its middle half-way up is 1/2, and so is green's.
    const out = crop(gradient(width, height), 8, 10);
    const mean = (plane: number): number => out.subarray(64 * plane, 64 * plane + 64).reduce((a, b) => a + b, 0) / 64;
    expect(mean(0)).toBeCloseTo(0.5, 1);
    expect(mean(1)).toBeCloseTo(0.5, 1);
    // One step of the crop is 1/10 of the short side.
    const short = Math.min(width, height);
    expect(out[36]! - out[35]!).toBeCloseTo(short / 10 / width, 2);
    expect(out[64 + 40]! - out[64 + 32]!).toBeCloseTo(short / 10 / height, 2);
  });

  it('refuses to cut more than there is', () => {
    expect(() => new CentreCropper({ size: 32, resize: 31, ...plain })).toThrow(
      'resize: expected at least size, 32, got 31',
    );
  });
});

describe('batches for evaluation', () => {
  let pictures: readonly Picture[];

  beforeEach(async () => {
    for (let i = 0; i < 10; i++) {
      await encoder(noise(15 + 9 * i, 60 - 3 * i, i))
        .jpeg()
        .toFile(join(dir(), `${i}.jpg`));
    }
    ({ pictures } = await scan([dir()]));
  });

  it('come in order, the last one short', async () => {
    const seen: Picture[][] = [];
    for await (const { pictures: rows, images, count } of evalBatches(pictures, options)) {
      expect(images).toHaveLength(3 * 3 * 16 * 16);
      expect(rows).toHaveLength(count);
      seen.push([...rows]);
    }
    expect(seen.map((rows) => rows.length)).toEqual([3, 3, 3, 1]);
    expect(seen.flat()).toEqual(pictures);
  });

  it('hold the same pixels to the bit from files and from the cache', async () => {
    const cacheDir = join(dir(), 'cache');
    await buildCache(pictures, cacheDir, { shortSide: cacheShortSide(options.size) });
    const cache = openCache(cacheDir);
    const fromCache = cachedEvalBatches(cache, options);
    for await (const { pictures: rows, images, count } of evalBatches(pictures, options)) {
      const cached = (await fromCache.next()).value!;
      const used = count * 3 * 16 * 16;
      expect(cached.images.subarray(0, used)).toEqual(images.subarray(0, used));
      expect(cached.pictures.map((i: number) => cache.ids[i])).toEqual(rows.map(({ id }) => id));
    }
    expect((await fromCache.next()).done).toBe(true);
    cache.close();
  });

  it('leave out what cannot be decoded, and nothing else', async () => {
    await truncate(pictures[4]!.path, 400);
    const skipped: Skipped[] = [];
    const ids: string[] = [];
    for await (const { pictures: rows } of evalBatches(pictures, {
      ...options,
      onSkip: (fault) => skipped.push(fault),
    })) {
      ids.push(...rows.map(({ id }) => id));
    }
    expect(skipped).toEqual([{ path: pictures[4]!.id, reason: expect.stringMatching(/^damaged: /) }]);
    expect(ids).toEqual(pictures.filter((_, i) => i !== 4).map(({ id }) => id));
  });

  it('are told to be of a damaged cache where a thread finds that', async () => {
    const cacheDir = join(dir(), 'cache');
    await buildCache(pictures, cacheDir, { shortSide: 24 });
    const cache = openCache(cacheDir);
    const path = join(cacheDir, 'pixels.bin');
    const pixels = await readFile(path);
    await writeFile(path, pixels.fill(77, pixels.length - 300));
    const read = async (): Promise<void> => {
      for await (const { count } of cachedEvalBatches(cache, options)) expect(count).toBe(3);
    };
    await expect(read()).rejects.toThrow(RunError);
    await expect(read()).rejects.toThrow(/pixels\.bin: expected/);
    cache.close();
  });

  it('end with the signal while a thread makes the next', async () => {
    const stop = new AbortController();
    const batches = evalBatches(pictures, { ...options, signal: stop.signal });
    expect((await batches.next()).value!.count).toBe(3);
    stop.abort(new Error('stopped'));
    await expect(batches.next()).rejects.toThrow('stopped');
    expect((await batches.next()).done).toBe(true);
  });

  it('stop at the signal', async () => {
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(evalBatches(pictures, { ...options, signal }).next()).rejects.toThrow('stopped');
    const cacheDir = join(dir(), 'cache');
    await buildCache(pictures, cacheDir, { shortSide: 24 });
    const cache = openCache(cacheDir);
    await expect(cachedEvalBatches(cache, { ...options, signal }).next()).rejects.toThrow('stopped');
    cache.close();
  });
});
