/** What becomes of a training that diverges, and what is made of one that version 0.1 let run on. */
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { DivergedError, type NotFiniteError, RunError } from '#src/core/errors.js';
import { checkMadeWith, madeWith } from '#src/run/checkpoint-state.js';
import { parseRunConfig } from '#src/run/config.js';
import type { EpochRecord } from '#src/run/events.js';
import { exportRun } from '#src/run/export-run.js';
import { openRun } from '#src/run/open-run.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';
import type { Tensors } from '#src/store/tensors/tensor.js';
import { train } from '#src/train/train.js';
import { drawPictures, tempFolder } from '../cli/cli.js';

const root = tempFolder();
const SETTINGS = { width: 4, size: 16, batch: 16, warmup: 0, localCrops: 0 };
let pictures: string;

async function caught(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => new Error('nothing was thrown'),
    (error: Error) => error,
  );
}

beforeAll(async () => {
  pictures = await drawPictures(join(root, 'pictures'), 4);
});

describe('a training whose rate is too high', () => {
  const out = join(root, 'diverged');
  let error: Error;

  beforeAll(async () => {
    // The first epoch, on the way up, is harmless.
    const settings = { ...SETTINGS, epochs: 4, warmup: 3, lr: 1e6, dim: 8 };
    error = await caught(train({ paths: [pictures], out, settings, threads: 1 }));
  });

  it('ends in an error that says what is not finite, what is left, and what to lower', async () => {
    expect(error.message).toMatch(/the training has diverged after \d+ steps: \S+.* expected finite numbers, got/);
    expect(error.message).toContain('a lower --lr than 1000000');
    expect(error.message).toMatch(/The checkpoint of step \d+ is good|There is no checkpoint/);
    expect((error as DivergedError).exitCode).toBe(new DivergedError().exitCode);
  });

  it('leaves no number that is none, neither in checkpoints nor in the metrics', async () => {
    const run = await RunFolder.open(out);
    for (const step of await run.checkpoints()) {
      const { weights, optimizer, bank } = await run.loadCheckpoint(step);
      for (const { data } of [weights, optimizer, bank].flatMap((tensors) => [...tensors.values()]))
        expect((data as Float32Array).every(Number.isFinite)).toBe(true);
    }
    for (const record of (await run.readLog()) as EpochRecord[]) expect(record.loss).toEqual(expect.any(Number));
    expect(await readdir(out)).not.toContain('run.lock');
  });

  it('is not gone on with, as it would diverge again, unless that is asked for', async () => {
    const refused = await caught(train({ out, resume: true }));
    expect(refused).toBeInstanceOf(RunError);
    expect(refused.message).toMatch(/has diverged after \d+ steps.* It would do so again\..*remove .*diverged\.json/);
    await rm(join(out, 'diverged.json'));
    const again = await caught(train({ out, resume: true }));
    expect(again.message).toBe(error.message);
  });
});

it('ends when the running statistics alone have left all bounds; the checkpoint called good answers', {
  timeout: 60_000,
}, async () => {
  const out = join(root, 'statistics');
  const settings = { ...SETTINGS, epochs: 4, warmup: 3, lr: 3e4, dim: 8 };
  const error = await caught(train({ paths: [pictures], out, settings, threads: 1 }));
  expect(error.message).toMatch(
    /after 6 steps: features without augmentation: expected vectors of length one, got one of length 0\. .*step 3 is good/,
  );
  const run = await openRun(out);
  expect(run.step).toBe(3);
  await run.release();
});

it('says in the metrics for how many epochs the loss was no better than guessing', { timeout: 60_000 }, async () => {
  const out = join(root, 'guessing');
  // So fast that all features fall together, in float32 without overflow.
  await train({ paths: [pictures], out, settings: { ...SETTINGS, epochs: 4, optimizer: 'sgd', lr: 30 }, threads: 1 });
  const records = (await (await RunFolder.open(out)).readLog()) as EpochRecord[];
  expect(records.at(-1)!.loss).toBeGreaterThan(0.995 * Math.log(16));
  expect(records.at(-1)!.guessing).toBeGreaterThanOrEqual(2);
});

describe('a run', () => {
  const out = join(root, 'run');
  const settings = { ...SETTINGS, epochs: 2 };

  beforeAll(async () => {
    await train({ paths: [pictures], out, settings, threads: 1 });
  });

  it('goes on only with what its checkpoint was made with', async () => {
    const path = join(out, 'config.json');
    const text = await readFile(path, 'utf8');
    const config = JSON.parse(text);
    await writeFile(path, JSON.stringify({ ...config, settings: { ...config.settings, seed: 5 } }));
    const error = await caught(train({ out, resume: true }));
    expect(error.message).toContain(
      'config.json: seed: expected 0, with which the checkpoint of step 6 was made, got 5. Put 0 back',
    );
    expect((error as RunError).exitCode).toBe(4);
    await writeFile(path, text);
    expect(await train({ out, resume: true })).toBe('finished');
  });

  it('is told apart by each setting, the device and the threads, whatever files it was started with', async () => {
    const config = parseRunConfig((await RunFolder.open(out)).config, out);
    const before = JSON.parse(JSON.stringify(madeWith(config)));
    expect(() =>
      checkMadeWith(before, { ...config, init: '/elsewhere', paths: [], labels: '/moved.csv' }, out, 6),
    ).not.toThrow();
    expect(() => checkMadeWith(before, { ...config, threads: 2 }, out, 6)).toThrow(RunError);
    for (const name of Object.keys(config.settings)) {
      const settings = { ...config.settings, [name]: 'other' };
      expect(() => checkMadeWith(before, { ...config, settings }, out, 6)).toThrow(`config.json: ${name}: expected `);
    }
  });

  it('goes on from a checkpoint of version 0.1, which does not know what it was made with', async () => {
    const checkpoint = join(out, 'checkpoints', 'step-00000006');
    const path = join(checkpoint, 'state.json');
    const { madeWith, loss, ...state } = JSON.parse(await readFile(path, 'utf8'));
    expect(madeWith).toMatchObject({ seed: 0, threads: 1, device: 'cpu' });
    expect(loss).toEqual({});
    await writeFile(path, JSON.stringify({ ...state, z: 0 }));
    await rm(join(checkpoint, 'digests.json'));
    expect(await train({ out, resume: true })).toBe('finished');
  });

  it('whose encoder gives zeros, be all numbers finite, is refused by whoever reads it', {
    timeout: 30_000,
  }, async () => {
    const path = join(root, 'zeros');
    await cp(out, path, { recursive: true });
    const run = await RunFolder.open(path);
    const { weights, step, ...rest } = await run.loadCheckpoint();
    const spoilt: Tensors = new Map(
      Array.from(weights, ([name, { shape, data }]) => [
        name,
        { dtype: 'F32', shape, data: new Float32Array(data.length).fill(name.endsWith('running_var') ? 1e19 : 0) },
      ]),
    );
    await run.saveCheckpoint({ ...rest, weights: spoilt, step: step + 1 });
    for (const work of [
      () => openRun(path),
      () => exportRun(path, join(root, 'encoder.onnx')),
      () => exportRun(path, join(root, 'weights.safetensors')),
      () => train({ out: path, resume: true }),
    ]) {
      const error = await caught(work());
      expect(error.message).toMatch(/^\S+zeros.*: features: expected vectors of length one, got one of length 0\./);
      expect((error as NotFiniteError).exitCode).toBe(4);
    }
    expect(await readdir(root)).not.toContain('encoder.onnx');
  });

  it('that version 0.1 let diverge is refused by whoever reads it, with the file and the tensor', async () => {
    const run = await RunFolder.open(out);
    const { weights, step, ...rest } = await run.loadCheckpoint();
    const spoilt: Tensors = new Map(
      Array.from(weights, ([name, { shape, data }]) => [
        name,
        { dtype: 'F32', shape, data: new Float32Array(data.length).fill(Number.NaN) },
      ]),
    );
    await run.saveCheckpoint({ ...rest, weights: spoilt, step: step + 1 });
    for (const work of [
      () => openRun(out),
      () => exportRun(out, join(root, 'encoder.onnx')),
      () => exportRun(out, join(root, 'weights.safetensors')),
      () => train({ out, resume: true }),
    ]) {
      const error = await caught(work());
      expect(error.message).toMatch(
        /step-00000007.weights\.safetensors: \S+: expected finite numbers, got NaN\. The training has diverged/,
      );
      expect((error as NotFiniteError).exitCode).toBe(4);
    }
  });
});
