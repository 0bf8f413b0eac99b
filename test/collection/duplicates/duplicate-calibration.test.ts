/** The threshold of duplicates that a run has of its own, by an encoder whose features are the pixels themselves. */
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Collection } from '#src/collection/collection.js';
import { type CalibratedRun, duplicateCalibration } from '#src/collection/duplicates/duplicate-calibration.js';
import { MAX_PARTNERS } from '#src/collection/duplicates/duplicates.js';
import { nearestOfEach } from '#src/collection/nearest-of-each.js';
import { openTrainingCollection } from '#src/collection/open-collection.js';
import { normalizeRows } from '#src/core/vector.js';
import { buildCache } from '#src/data/cache/cache-build.js';
import { scan } from '#src/data/scan/scan.js';
import { drawDataset } from '#src/data/synthetic/dataset.js';
import { embed } from '#src/run/embed.js';
import { openBackend } from '#src/runtime/device.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';

const SIZE = 16;
const DIM = 3 * SIZE * SIZE;
const PER_KIND = 3;
const NUM_PICTURES = 12 * PER_KIND;
let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'instdisc-calibration-'));
  await drawDataset(join(root, 'pictures'), { perKind: PER_KIND, first: 0, seed: 1, size: 48 });
});
afterAll(() => rm(root, { recursive: true, force: true }));

interface Made {
  readonly run: CalibratedRun & { encoded: number };
  readonly collection: Collection;
  readonly calibrated: (change?: Partial<CalibratedRun>) => ReturnType<typeof duplicateCalibration>;
}

/** A run of some pictures, and its calibration. */
async function make(name: string, pictures: string, source: 'features' | 'bank' = 'features'): Promise<Made> {
  const path = join(root, name);
  await (await RunFolder.create(path, {})).close();
  const run = {
    path,
    config: { settings: { seed: 5 } },
    encoderKey: 'pixels',
    dim: DIM,
    transform: { size: SIZE, resize: SIZE, mean: [0, 0, 0], std: [1, 1, 1] },
    encoded: 0,
    encode: async (images: Float32Array, count: number) => {
      run.encoded += count;
      const features = images.slice(0, count * DIM);
      for (let start = 0; start < features.length; start += DIM) {
        const row = features.subarray(start, start + DIM);
        const mean = row.reduce((sum, value) => sum + value, 0) / DIM;
        for (let i = 0; i < DIM; i++) row[i]! -= mean;
      }
      normalizeRows(features, DIM);
      return features;
    },
  } satisfies CalibratedRun & { encoded: number };
  const { cachePath } = await RunFolder.open(path);
  await buildCache((await scan([pictures])).pictures, cachePath, { shortSide: 24 });
  const { config: _, ...encoder } = run;
  const embeddings = { ...(await embed(encoder, [pictures])), source };
  const collection = await openTrainingCollection({ ...run, embeddings, backend: await openBackend('cpu', 1) });
  const neighbours = await nearestOfEach(collection, MAX_PARTNERS);
  run.encoded = 0;
  return {
    run,
    collection,
    calibrated: (change = {}) => duplicateCalibration({ ...run, ...change }, collection, neighbours),
  };
}

it('lies between copies and different pictures, says how well it does, and is computed once', async () => {
  const { run, calibrated } = await make('run', join(root, 'pictures'));
  const calibration = (await calibrated())!;
  expect(calibration).toMatchObject({ numCopies: 3 * NUM_PICTURES, numPictures: NUM_PICTURES });
  expect(calibration.found).toBeGreaterThan(0.9);
  expect(calibration.falselyFound).toBeLessThan(0.05);
  const byKind = Object.values(calibration.foundByKind);
  expect(Object.keys(calibration.foundByKind)).toEqual(['re-saved', 'rescaled', 'cropped']);
  expect(byKind.reduce((sum, share) => sum + share, 0) / 3).toBeCloseTo(calibration.found, 9);
  // Each picture and three copies of it.
  expect(run.encoded).toBe(4 * NUM_PICTURES);
  // To the order of its names, as answers in JSON are compared.
  expect(JSON.stringify(await calibrated())).toBe(JSON.stringify(calibration));
  expect(run.encoded).toBe(4 * NUM_PICTURES);

  const path = join(run.path, 'duplicates.json');
  const kept = await readFile(path, 'utf8');
  const damages = [kept.slice(0, 40), kept.replace(/"threshold": 0\.\d/, '"threshold": 0.0')];
  for (const [i, damaged] of damages.entries()) {
    expect(damaged).not.toBe(kept);
    await writeFile(path, damaged);
    expect(await calibrated()).toEqual(calibration);
    expect(run.encoded).toBe((2 + i) * 4 * NUM_PICTURES);
    expect(await readFile(path, 'utf8')).toBe(kept);
  }

  await calibrated({ encoderKey: 'another' });
  expect(run.encoded).toBe(4 * 4 * NUM_PICTURES);
});

it('is found from what the cache holds where the files are gone', async () => {
  const moved = join(root, 'moved');
  await drawDataset(moved, { perKind: 2, first: 0, seed: 1, size: 24 });
  const { calibrated } = await make('gone', moved);
  await rm(moved, { recursive: true });
  expect(await calibrated()).toMatchObject({ numCopies: 3 * 24 });
});

it('is not led astray by duplicates that are there', async () => {
  const pictures = join(root, 'with copies');
  await drawDataset(pictures, { perKind: PER_KIND, first: 0, seed: 1, size: 48 });
  const { pictures: found } = await scan([pictures]);
  await mkdir(join(pictures, 'copies'));
  for (const [i, { path }] of found.slice(0, NUM_PICTURES / 2).entries()) {
    const copy = join(pictures, 'copies', `${i}.jpg`);
    if (i < 6) await copyFile(path, copy);
    else await sharp(path).jpeg({ quality: 85 }).toFile(copy);
  }
  const [alone, together] = [await make('alone', join(root, 'pictures')), await make('together', pictures)];
  const [clean, withCopies] = [(await alone.calibrated())!, (await together.calibrated())!];
  expect(Math.abs(withCopies.threshold - clean.threshold)).toBeLessThan(0.03);
  expect(withCopies.falselyFound).toBeLessThan(0.05);
  expect(withCopies.found).toBeGreaterThan(0.9);
});

it('is not there for the rows of a memory bank', async () => {
  const { run, calibrated } = await make('bank', join(root, 'pictures'), 'bank');
  expect(await calibrated()).toBeUndefined();
  expect(run.encoded).toBe(0);
});
