import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { openCache, type PictureCache } from '#src/data/cache/cache.js';
import { buildCache } from '#src/data/cache/cache-build.js';
import { cacheShortSide } from '#src/data/cache/cache-format.js';
import { scan } from '#src/data/scan/scan.js';
import { randomUnitRows } from '#src/method/bank.js';
import { encodeGraph } from '#src/method/encode.js';
import { Variables } from '#src/nn/variables.js';
import { NAMED } from '#src/run/architectures.js';
import { resolveSettings } from '#src/run/config.js';
import { openBackend } from '#src/runtime/device.js';
import { Monitor } from '#src/train/monitor.js';
import { drawPictures } from '../cli/cli.js';
import { tempFolder } from '../store/temp-folder.js';

const root = tempFolder();
const settings = resolveSettings('folder', { width: 4, size: 16, dim: 4, batch: 8, epochs: 1, seed: 3 });
const encoder = NAMED.build(settings);
const variables = new Variables('evaluation');
encodeGraph(encoder, { batch: 1, size: settings.size }, variables);
let cache: PictureCache;
let monitor: Monitor;
let bank: Float32Array;

beforeAll(async () => {
  await drawPictures(join(root, 'pictures'), 3);
  const { pictures } = await scan([join(root, 'pictures')]);
  await buildCache(pictures, join(root, 'cache'), { shortSide: cacheShortSide(settings.size) });
  cache = openCache(join(root, 'cache'));
  monitor = await Monitor.create(encoder, settings, cache, await openBackend('cpu', 1));
  bank = new Float32Array(cache.length * settings.dim);
  randomUnitRows(bank, settings.dim, new Random(5, 'bank'));
});
afterAll(() => monitor.release());

/** Each row's vote of the 20 nearest others, weighed by exp(s / 0.07), in float64. */
function accuracyOf(rows: Float32Array, dim: number, labels: readonly (string | undefined)[]): number {
  const cosine = (a: number, b: number): number => {
    let sum = 0;
    for (let i = 0; i < dim; i++) sum += rows[a * dim + i]! * rows[b * dim + i]!;
    return sum;
  };
  const numRight = labels.filter((label, row) => {
    const others = labels.map((other, i) => ({ other, i, s: cosine(row, i) })).filter(({ i }) => i !== row);
    const votes = new Map<string | undefined, number>();
    for (const { other, s } of others.sort((one, two) => two.s - one.s).slice(0, 20)) {
      votes.set(other, (votes.get(other) ?? 0) + Math.exp(s / 0.07));
    }
    return [...votes].sort((one, two) => two[1] - one[1])[0]![0] === label;
  }).length;
  return numRight / labels.length;
}

it('lets rows of the bank vote among themselves, and says how', async () => {
  const record = await monitor.observe(variables.initialValues(1), bank);
  expect(record.knn).toBeCloseTo(accuracyOf(bank, settings.dim, cache.labels), 10);
  expect(record.knnOf).toEqual({ k: 20, tau: 0.07, rows: cache.length });
  // One direction a class: all are right.
  const sorted = [...new Set(cache.labels)];
  const alike = Float32Array.from(bank);
  cache.labels.forEach((label, row) => {
    const angle = (2 * Math.PI * sorted.indexOf(label)) / sorted.length;
    alike.set([Math.cos(angle), Math.sin(angle), 0, 0], row * settings.dim);
  });
  expect(await monitor.observe(variables.initialValues(1), alike)).toMatchObject({ knn: 1 });
});

it('gives the same accuracy whatever the running statistics are', async () => {
  const weights = variables.initialValues(1);
  const shifted = new Map(
    Array.from(weights, ([name, values]) => [name, name.endsWith('running_mean') ? values.map(() => 0.5) : values]),
  );
  const [one, other] = [await monitor.observe(weights, bank), await monitor.observe(shifted, bank)];
  expect(other.knn).toBe(one.knn);
  expect(other.queries).not.toEqual(one.queries);
});
