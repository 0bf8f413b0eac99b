/** The features of all pictures that a training ends with, and what becomes of them when it is cut short. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { openSearchSource } from '#src/collection/open-collection.js';
import { searchPictures } from '#src/collection/search.js';
import { dot } from '#src/core/vector.js';
import { openCache } from '#src/data/cache/cache.js';
import { embed } from '#src/run/embed.js';
import { openRun } from '#src/run/open-run.js';
import { openBackend } from '#src/runtime/device.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';
import { finalFeatures } from '#src/train/final-features.js';
import { train } from '#src/train/train.js';
import { copiedRun } from './copied-run.js';

const KILLED = fileURLToPath(new URL('./killed-encoding.mjs', import.meta.url));
/** More than two batches of pictures. */
const PER_KIND = 18;
const NUM_PICTURES = 12 * PER_KIND;
const SETTINGS = { width: 4, size: 16, dim: 8, batch: 64, warmup: 0, epochs: 1, localCrops: 0 };
const { root, pictures, made, out, opened } = copiedRun(SETTINGS, PER_KIND);
const FEATURES = join(out, 'features.safetensors');
const BANK = join(out, 'checkpoints', 'step-00000004', 'bank.safetensors');
const PARTIAL = join(out, 'features.partial');
let whole: Buffer;

beforeAll(async () => {
  whole = await readFile(join(made, 'features.safetensors'));
});

/** Encodes until so many pictures are done. */
function encode(until = Number.POSITIVE_INFINITY): Promise<{ readonly isWhole: boolean; readonly done: number[] }> {
  return opened(async (trained) => {
    const [run, backend] = [await RunFolder.open(out), await openBackend('cpu', 1)];
    const cache = openCache(run.cachePath);
    const done: number[] = [];
    const isWhole = await finalFeatures({
      ...{ run, form: trained.form, trained, backend, cache },
      shouldStop: () => done.at(-1)! >= until,
      emit: (event) => event.kind === 'encoding' && done.push(event.done),
    });
    cache.close();
    return { isWhole, done };
  });
}

it('are those that embedding the files gives', async () => {
  await opened(async (run) => {
    const { features, ids, labels, dim, source } = run.embeddings;
    const files = await embed(run, [pictures]);
    expect({ source, dim, ids, labels }).toEqual({ source: 'features', dim: 8, ids: files.ids, labels: files.labels });
    for (const [i, value] of files.features.entries()) expect(features[i]).toBeCloseTo(value, 5);
    expect(run.bank.features).not.toEqual(features);
  });
});

it('find each picture first, and as itself, by its own file', async () => {
  await opened(async (run) => {
    const results = await searchPictures(run, await openSearchSource(run), [pictures], 1);
    expect(results).toHaveLength(NUM_PICTURES);
    for (const { query, matches } of results) {
      const [first] = matches;
      // Drawn pictures of one kind may be alike to the last digit; none is nearer than itself.
      expect(first!.similarity, query).toBeCloseTo(1, 5);
    }
    expect(results.filter(({ matches }) => matches[0]!.isQuery).length).toBeGreaterThan(0.99 * NUM_PICTURES);
  });
});

it('are not made again where they are', async () => {
  expect(await encode()).toEqual({ isWhole: true, done: [] });
  expect(await train({ out, resume: true })).toBe('finished');
  expect(await readFile(FEATURES)).toEqual(whole);
});

it('are answered for by the bank while they are not there, and made by --resume', async () => {
  await rm(FEATURES);
  const told: string[] = [];
  await opened(async ({ embeddings, bank }) => expect(embeddings).toEqual({ ...bank, source: 'bank' }), told);
  expect(told).toEqual([]);
  expect(await train({ out, resume: true })).toBe('finished');
  expect(await readFile(FEATURES)).toEqual(whole);
});

it('go on where they were stopped, to the same bytes, and no picture is encoded twice', async () => {
  await rm(FEATURES);
  expect(await encode(100)).toEqual({ isWhole: false, done: [0, 100] });
  await opened(async ({ embeddings }) => expect(embeddings.source).toBe('bank'));
  expect(await encode(200)).toEqual({ isWhole: false, done: [100, 200] });
  expect(await encode()).toEqual({ isWhole: true, done: [200, NUM_PICTURES] });
  expect(await readFile(FEATURES)).toEqual(whole);
  expect(existsSync(PARTIAL)).toBe(false);
});

it('come to the same bytes after a kill -9 in the middle of encoding', async () => {
  await rm(FEATURES);
  await encode(100);
  const child = spawn(process.execPath, [KILLED, out, '200'], { stdio: 'inherit' });
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  expect(existsSync(FEATURES)).toBe(false);
  expect(await train({ out, resume: true })).toBe('finished');
  expect(await readFile(FEATURES)).toEqual(whole);
});

it('are made when a training is stopped', async () => {
  const stopped = join(root, 'stopped');
  const stop = new AbortController();
  const end = await train({
    ...{ paths: [pictures], out: stopped, settings: { ...SETTINGS, seed: 2 }, threads: 1 },
    signal: stop.signal,
    onEvent: ({ kind }) => kind === 'plan' && stop.abort(),
  });
  expect(end).toBe('stopped');
  const run = await openRun(stopped, { threads: 1 });
  const { features } = await embed(run, [pictures]);
  expect(run.embeddings.source).toBe('features');
  for (let start = 0; start < features.length; start += run.dim) {
    expect(dot(features, start, run.embeddings.features, start, run.dim)).toBeCloseTo(1, 5);
  }
  await run.release();

  // Of another encoder, the same pictures have other features: these are never taken for those.
  await cp(join(stopped, 'features.safetensors'), FEATURES);
  await opened(async ({ embeddings }) => expect(embeddings.source).toBe('bank'));
  expect(await train({ out, resume: true })).toBe('finished');
  expect(await readFile(FEATURES)).toEqual(whole);
}, 120_000);

it('begin anew where an earlier encoder has left some', async () => {
  await rm(FEATURES);
  await encode(100);
  const block = join(PARTIAL, '0000000000.safetensors');
  const bytes = await readFile(block);
  const key = (await opened(async ({ encoderKey }) => encoderKey)).slice(0, 16);
  const place = bytes.indexOf(key);
  expect(place).toBeGreaterThan(0);
  bytes.write('0123456789abcdef', place);
  await writeFile(block, bytes);
  expect(await encode()).toMatchObject({ isWhole: true, done: [0, 100, 200, NUM_PICTURES] });
  expect(await readFile(FEATURES)).toEqual(whole);
});

it('are passed over where they are damaged, which is said, and made anew', async () => {
  const bytes = Buffer.from(whole);
  bytes[bytes.length - 5]! ^= 1;
  await writeFile(FEATURES, bytes);
  const told: string[] = [];
  await opened(async ({ embeddings }) => expect(embeddings.source).toBe('bank'), told);
  expect(told).toEqual([
    `${FEATURES}: expected the numbers that were written, got others. For the pictures of the training, the memory bank, ${BANK}, is used instead; --resume makes the features anew.`,
  ]);
  await expect(openRun(out, { threads: 1 })).rejects.toMatchObject({
    exitCode: 4,
    message: `${FEATURES}: expected the numbers that were written, got others. --resume makes the features anew.`,
  });
  await train({ out, resume: true });
  expect(await readFile(FEATURES)).toEqual(whole);
});
