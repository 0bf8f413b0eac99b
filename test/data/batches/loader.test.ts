/** @file Batches from worker threads. */

import { execFile } from 'node:child_process';
import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { RunError } from '#src/core/errors.js';
import { Random } from '#src/core/random.js';
import { type Batch, Loader, type LoaderOptions } from '#src/data/batches/loader.js';
import { Sampler } from '#src/data/batches/sampler.js';
import { openCache } from '#src/data/cache/cache.js';
import { buildCache } from '#src/data/cache/cache-build.js';
import { scan } from '#src/data/scan/scan.js';
import { type Augmentation, Augmenter } from '#src/data/transform/augment.js';
import { encoder, noise, useTempDir } from '../pictures.js';

const dir = useTempDir();
const augmentation: Augmentation = {
  scale: [0.2, 1],
  flip: 0.5,
  jitter: { brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.4 },
  greyscale: 0.2,
  mean: [0.5, 0.5, 0.5],
  std: [0.2, 0.2, 0.2],
};
const sampler = (): Sampler => new Sampler({ pictures: 11, batch: 4, seed: 9 });
const options = (more: Partial<LoaderOptions> = {}): LoaderOptions => {
  return { cacheDir: join(dir(), 'cache'), size: 8, augmentation, seed: 9, ...more };
};

beforeEach(async () => {
  for (let i = 0; i < 11; i++)
    await encoder(noise(10 + i, 14, i))
      .png()
      .toFile(join(dir(), `${i}.png`));
  await buildCache((await scan([dir()])).pictures, join(dir(), 'cache'), { shortSide: 12 });
});

/** The batches of steps [from, to), copied. */
async function take(loader: Loader, numSteps: number): Promise<Batch[]> {
  const batches: Batch[] = [];
  for (let i = 0; i < numSteps; i++) {
    const batch = await loader.next();
    batches.push({ ...batch, images: batch.images.slice() });
  }
  await loader.close();
  return batches;
}

describe('Loader', () => {
  it('augments each picture of the sampler with the stream of its epoch and index', async () => {
    const cache = openCache(join(dir(), 'cache'));
    for (const { step, epoch, indices, images } of await take(new Loader(options(), sampler(), 0), 5)) {
      expect({ epoch, indices }).toEqual(sampler().batch(step));
      const expected = new Float32Array(3 * 8 * 8);
      for (const [row, index] of indices.entries()) {
        new Augmenter(8, augmentation).apply(cache.read(index), new Random(9, 'augment', epoch, index), expected);
        expect(images.subarray(192 * row, 192 * (row + 1))).toEqual(expected);
      }
    }
    cache.close();
  });

  it('draws smaller crops after the others, which stay as they are without them', async () => {
    const local = { count: 2, size: 5, scale: [0.1, 0.3] } as const;
    const without = await take(new Loader(options({ views: 2 }), sampler(), 0), 3);
    const cache = openCache(join(dir(), 'cache'));
    for (const { step, epoch, indices, images } of await take(
      new Loader(options({ views: 2, local }), sampler(), 0),
      3,
    )) {
      const length = 2 * 4 * 192;
      expect(images.subarray(0, length)).toEqual(without[step]!.images);
      const [large, small] = [new Float32Array(192), new Float32Array(75)];
      for (const [row, index] of indices.entries()) {
        const random = new Random(9, 'augment', epoch, index);
        for (let view = 0; view < 2; view++) new Augmenter(8, augmentation).apply(cache.read(index), random, large);
        for (let view = 0; view < 2; view++) {
          new Augmenter(5, { ...augmentation, scale: local.scale }).apply(cache.read(index), random, small);
          const start = length + (view * 4 + row) * 75;
          expect(images.subarray(start, start + 75)).toEqual(small);
        }
      }
    }
    cache.close();
  });

  it('gives the same for any number of workers and batches ahead, in the order of steps', async () => {
    const expected = await take(new Loader(options({ workers: 0 }), sampler(), 0), 10);
    expect(expected.map(({ step }) => step)).toEqual([...Array(10).keys()]);
    for (const [workers, ahead] of [
      [1, 1],
      [2, 4],
      [3, 2],
    ] as const) {
      expect(await take(new Loader(options({ workers, ahead }), sampler(), 0), 10)).toEqual(expected);
    }
  });

  it('starts at any step', async () => {
    const whole = await take(new Loader(options(), sampler(), 0), 9);
    expect(await take(new Loader(options({ workers: 2 }), sampler(), 7), 2)).toEqual(whole.slice(7));
  });

  it('takes the memory of a batch back at the next call, so that it needs no more of it', async () => {
    const loader = new Loader(options(), sampler(), 0);
    const { images } = await loader.next();
    expect(images).toHaveLength(4 * 192);
    await loader.next();
    expect(images).toHaveLength(0);
    await loader.close();
  });

  it('works ahead while its caller blocks the thread', async () => {
    const loader = new Loader(options({ ahead: 3 }), sampler(), 0);
    await loader.next();
    const waitedMs = loader.waitedMs;
    expect(waitedMs).toBeGreaterThan(0);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    for (let i = 0; i < 3; i++) await loader.next();
    // Starting a worker takes far longer than fetching three finished batches.
    expect(loader.waitedMs).toBeLessThan(waitedMs);
    await loader.close();
  });

  it.each([1, 2])('rejects with the cause when one of %i workers cannot start', async (workers) => {
    const loader = new Loader(options({ cacheDir: join(dir(), 'nowhere'), workers }), sampler(), 0);
    const next = loader.next();
    await expect(next).rejects.toThrow(RunError);
    await expect(next).rejects.toThrow(/^loader: .*nowhere: expected a picture cache/);
    await expect(next).rejects.toHaveProperty('cause.message', expect.stringMatching('nowhere'));
    await expect(loader.next()).rejects.toThrow('nowhere');
    await loader.close();
  });

  it('rejects when a worker fails later, and without workers as well', async () => {
    for (const workers of [0, 1]) {
      const loader = new Loader(options({ workers, ahead: 1 }), sampler(), 0);
      await loader.next();
      await truncate(join(dir(), 'cache/pixels.bin'), 100);
      const rest = (async () => {
        for (let i = 0; i < 5; i++) await loader.next();
      })();
      await expect(rest).rejects.toThrow(/expected the pixels of picture \d+, got the end of the file/);
      await loader.close();
      await buildCache((await scan([dir()])).pictures, join(dir(), 'cache'), { shortSide: 12 });
    }
  });

  it('rejects a pending call when it is closed', async () => {
    const loader = new Loader(options(), sampler(), 0);
    const next = loader.next();
    const closing = loader.close();
    await expect(next).rejects.toThrow('loader: expected to be open, got closed');
    await closing;
  });

  it('lets the process end once it is closed', async () => {
    const script = `
      import { Loader } from ${JSON.stringify(import.meta.resolve('#src/data/batches/loader.js'))};
      import { Sampler } from ${JSON.stringify(import.meta.resolve('#src/data/batches/sampler.js'))};
      const sampler = new Sampler({ pictures: 11, batch: 4, seed: 9 });
      const loader = new Loader(${JSON.stringify(options({ workers: 2 }))}, sampler, 0);
      process.stdout.write(String((await loader.next()).images.length));
      await loader.close();`;
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { timeout: 20_000 });
    expect((await run).stdout).toBe('768');
  });
});
