import { copyFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataError } from '#src/core/errors.js';
import { normalizeRows } from '#src/core/vector.js';
import { measureUnlabelled } from '#src/evaluate/unlabelled/unlabelled.js';
import { openRun, type TrainedRun } from '#src/run/open-run.js';
import { copyTiny } from '../../server/tiny-run.js';
import { tempFolder } from '../../store/temp-folder.js';

const root = tempFolder();
let run: TrainedRun;
/** The run with another encoder: of a number for each place in a batch's features. */
const encodedAs = (feature: (i: number) => number): TrainedRun => ({
  ...run,
  trainedEncoder: {
    ...run.trainedEncoder,
    encode: async (_, count) => Float32Array.from({ length: count * run.dim }, (_, i) => feature(i)),
  },
});

beforeAll(async () => {
  const { runPath, pictures } = await copyTiny(root);
  run = await openRun(runPath, { threads: 1 });
  for (const count of [1, 2, 3]) {
    const folder = join(root, `of-${count}`);
    await mkdir(folder);
    for (let i = 0; i < count; i++) await copyFile(join(pictures, 'cat', `0000${i}.jpg`), join(folder, `${i}.jpg`));
  }
});
afterAll(() => run.release());

describe('measuring without labels', () => {
  it('gives every measure for the pictures of the training, each in its range', async () => {
    const progress: number[] = [];
    const result = await measureUnlabelled(run, { onProgress: (done, of) => progress.push(done / of) });
    expect(result).toMatchObject({ numPictures: 72, of: 72, fullRank: 72, missing: {}, skipped: [] });
    expect(progress.at(-1)).toBe(1);
    expect(result.norm).toBeCloseTo(1, 5);
    expect(result.alignment).toBeGreaterThan(0);
    expect(result.alignment).toBeLessThan(2);
    expect(result.uniformity).toBeLessThan(0);
    expect(result.effectiveRank).toBeGreaterThan(1);
    expect(result.effectiveRank).toBeLessThan(72);
    expect(result.stability).toMatchObject({ k: 10, chance: 10 / 71 });
    expect(result.stability!.steps[0]).toBeLessThan(result.stability!.steps[1]);
    expect(result.stability!.overlap).toBeGreaterThan(result.stability!.chance);
    expect(result.selfRetrieval!.of).toBe(72);
    expect(result.selfRetrieval!.medianRank).toBeLessThan(36);
    expect(Math.abs(result.bankSimilarity!)).toBeLessThan(1);
  });

  it('looks at a sample, the same each time, and another for another seed', async () => {
    const first = await measureUnlabelled(run, { sample: 20 });
    expect(first).toMatchObject({ numPictures: 20, of: 72 });
    expect(await measureUnlabelled(run, { sample: 20 })).toEqual(first);
    expect((await measureUnlabelled(run, { sample: 20, seed: 2 })).alignment).not.toBe(first.alignment);
  });

  it.each([1, 2, 3])('copes with a folder of %i', async (count) => {
    const folder = join(root, `of-${count}`);
    const result = await measureUnlabelled(run, { folder });
    expect(result).toMatchObject({ numPictures: count, fullRank: count, bankSimilarity: null });
    const measured = count > 1;
    for (const name of ['uniformity', 'stability', 'selfRetrieval'] as const) {
      expect(result[name] !== null, name).toBe(measured);
      expect(result.missing[name]).toBe(measured ? undefined : 'needs two pictures or more');
    }
    expect(result.missing.bankSimilarity).toBe('the memory bank has rows for the pictures of the training only');
    expect(result.effectiveRank).toBeLessThanOrEqual(count + 1e-9);
  });

  it('sees that features have collapsed', async () => {
    const collapsed = encodedAs(() => 1 / Math.sqrt(run.dim));
    const result = await measureUnlabelled(collapsed);
    expect(result).toMatchObject({ alignment: 0, stability: null, selfRetrieval: null });
    expect(result.missing.stability).toMatch(/^all features are the same/);
    expect(result.uniformity).toBeCloseTo(0, 10);
    expect(result.effectiveRank).toBeCloseTo(1, 10);
  });

  it('encodes pictures as evaluation does, and views otherwise', async () => {
    const seen: Float32Array[] = [];
    const watched: TrainedRun = {
      ...run,
      trainedEncoder: {
        ...run.trainedEncoder,
        encode: async (images, count) => {
          seen.push(images.slice(0, 3 * 16 * 16));
          const features = images.slice(0, count * run.dim);
          normalizeRows(features, run.dim);
          return features;
        },
      },
    };
    await measureUnlabelled(watched, { folder: join(root, 'of-1') });
    const [plain, first, second] = seen;
    expect(first).not.toEqual(plain);
    expect(second).not.toEqual(first);
  });

  it('says why the neighbours of a run with one checkpoint cannot be compared', async () => {
    const single = join(root, 'single');
    await cp(run.path, single, { recursive: true });
    const [first] = await readdir(join(single, 'checkpoints'));
    await rm(join(single, 'checkpoints', first!), { recursive: true });
    const opened = await openRun(single, { threads: 1 });
    const { stability, missing } = await measureUnlabelled(opened, { sample: 10 });
    await opened.release();
    expect(stability).toBeNull();
    expect(missing).toEqual({ stability: 'needs two checkpoints, and the run has one' });
  });

  it('leaves out what cannot be decoded, and says so where nothing can', async () => {
    const folder = join(root, 'broken');
    await mkdir(folder);
    await copyFile(join(root, 'of-1', '0.jpg'), join(folder, 'whole.jpg'));
    const whole = await readFile(join(root, 'of-1', '0.jpg'));
    await writeFile(join(folder, 'torn.jpg'), whole.subarray(0, whole.length / 2));
    const { numPictures, skipped } = await measureUnlabelled(run, { folder });
    expect(numPictures).toBe(1);
    expect(skipped).toMatchObject([{ path: join(folder, 'torn.jpg') }]);
    await rm(join(folder, 'whole.jpg'));
    await expect(measureUnlabelled(run, { folder })).rejects.toThrow('expected a picture that can be decoded');
  });

  it('says that a training has diverged', async () => {
    await expect(measureUnlabelled(encodedAs(() => Number.NaN))).rejects.toThrow(DataError);
  });

  it('stops when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(measureUnlabelled(run, { signal })).rejects.toThrow('enough');
    await expect(measureUnlabelled(run, { folder: join(root, 'of-3'), signal })).rejects.toThrow('enough');
  });
});
