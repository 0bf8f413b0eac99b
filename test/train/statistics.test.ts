import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { cachedEvalBatches } from '#src/data/batches/eval-batches.js';
import { openCache, type PictureCache } from '#src/data/cache/cache.js';
import { buildCache } from '#src/data/cache/cache-build.js';
import { cacheShortSide } from '#src/data/cache/cache-format.js';
import { scan } from '#src/data/scan/scan.js';
import { encodeGraph } from '#src/method/encode.js';
import { encoderNamed } from '#src/nn/encoders/named-encoders.js';
import { Variables } from '#src/nn/variables.js';
import { resolveSettings } from '#src/run/config.js';
import { openBackend } from '#src/runtime/device.js';
import { StatisticsEstimator } from '#src/train/statistics.js';
import { drawPictures } from '../cli/cli.js';
import { batchNorm, convolution } from '../oracles/layers.js';
import { zeros } from '../oracles/tensor.js';
import { tempFolder } from '../store/temp-folder.js';
import { TOLERANCES } from '../tolerances.js';

const root = tempFolder();
const settings = resolveSettings('folder', { width: 4, size: 16, dim: 8, batch: 8, epochs: 1, seed: 3 });
const encoder = encoderNamed(settings.encoder, settings);
const variables = new Variables('training');
encodeGraph(encoder, { batch: 1, size: settings.size }, variables);
const weights = variables.initialValues(1);
const backend = await openBackend('cpu', 1);
let cache: PictureCache;

beforeAll(async () => {
  await drawPictures(join(root, 'pictures'), 2);
  const { pictures } = await scan([join(root, 'pictures')]);
  await buildCache(pictures, join(root, 'cache'), { shortSide: cacheShortSide(settings.size) });
  cache = openCache(join(root, 'cache'));
});

async function estimate(of: ReadonlyMap<string, Float32Array>, maxPictures?: number) {
  const estimator = await StatisticsEstimator.create(encoder, settings, cache, backend, maxPictures);
  const found = await estimator.estimate(of);
  await estimator.release();
  return found;
}

it('are what a convolution of all pictures has, computed in float64', async () => {
  const found = await estimate(weights);
  const x = zeros(cache.length, 3, 16, 16);
  for await (const { images, count } of cachedEvalBatches(cache, { ...settings, batch: cache.length })) {
    expect(count).toBe(cache.length);
    images.forEach((level, i) => {
      x.data[i] = level;
    });
  }
  const w = zeros(4, 3, 3, 3);
  w.data.set(weights.get('conv1.weight')!);
  const { mean, unbiasedVariance } = batchNorm(convolution(x, w, 1, 1).y, zeros(4), zeros(4));
  for (const [name, expected] of [
    ['bn1.running_mean', mean],
    ['bn1.running_var', unbiasedVariance],
  ] as const) {
    expected.forEach((value, channel) => {
      expect(Math.abs(found.get(name)![channel]! - value)).toBeLessThan(
        TOLERANCES.float32.network * (1 + Math.abs(value)),
      );
    });
  }
});

it('are all buffers of the encoder, of finite numbers, with variances above zero', async () => {
  const found = await estimate(weights);
  expect([...found.keys()].sort()).toEqual([...variables.buffers.keys()].sort());
  for (const [name, values] of found) {
    expect(values).toHaveLength(weights.get(name)!.length);
    for (const value of values) {
      expect(Number.isFinite(value)).toBe(true);
      if (name.endsWith('running_var')) expect(value).toBeGreaterThan(0);
    }
  }
});

it('are a function of the parameters alone, to the bit: not of the statistics that came with them', async () => {
  const other = new Map(
    Array.from(weights, ([name, values]) => [name, name.includes('running_') ? values.map(() => 7) : values]),
  );
  expect(await estimate(other)).toEqual(await estimate(weights));
});

it('are of as many pictures as asked for, in whole batches', async () => {
  const [few, all] = [await estimate(weights, 6), await estimate(weights)];
  expect(few.get('bn1.running_mean')).not.toEqual(all.get('bn1.running_mean'));
});
