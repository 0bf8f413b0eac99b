/** @file What becomes of checkpoints that are not on the disk as they were saved. */

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DamageError, RunError } from '#src/core/errors.js';
import type { WritableCheckpoint } from '#src/store/run-folder/checkpoint.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';
import type { Tensors } from '#src/store/tensors/tensor.js';
import { tempFolder } from './temp-folder.js';

const root = tempFolder();
let numRuns = 0;

function tensors(name: string, ...data: number[]): Tensors {
  return new Map([[name, { dtype: 'F32', shape: [data.length], data: Float32Array.from(data) }]]);
}

function checkpoint(step: number): WritableCheckpoint {
  return {
    step,
    weights: tensors('w', step, -step),
    optimizer: tensors('m', step),
    bank: tensors('bank', 1, step),
    head: tensors('head', 3),
    state: { epoch: step },
    encoder: Uint8Array.of(step),
  };
}

async function runWith(...steps: number[]): Promise<RunFolder> {
  const run = await RunFolder.create(join(root, `run-${numRuns++}`), {});
  for (const step of steps) await run.saveCheckpoint(checkpoint(step));
  return run;
}

function fileOf(run: RunFolder, step: number, name: string): string {
  return join(run.path, 'checkpoints', `step-${String(step).padStart(8, '0')}`, name);
}

/** Changes one bit. */
function flip(path: string, at = -1): void {
  const bytes = readFileSync(path);
  const place = at < 0 ? bytes.length + at : at;
  bytes[place]! ^= 1;
  writeFileSync(path, bytes);
}

const FILES = ['weights', 'optimizer', 'bank', 'head'].map((part) => `${part}.safetensors`).concat('state.json');

it('records the SHA-256 of every file of a checkpoint, and of its encoder', async () => {
  const run = await runWith(7);
  const digests = JSON.parse(readFileSync(fileOf(run, 7, 'digests.json'), 'utf8'));
  const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
  const expected = FILES.map((name) => [name, sha(readFileSync(fileOf(run, 7, name)))]);
  expect(digests).toEqual({ ...Object.fromEntries(expected), 'encoder.onnx': sha(Uint8Array.of(7)) });
  expect(await run.isEncoderOf(7, readFileSync(run.encoderPath))).toBe(true);
  expect(await run.isEncoderOf(7, Uint8Array.of(8))).toBe(false);
});

describe('damage', () => {
  for (const name of [...FILES, 'digests.json']) {
    it(`of one bit of ${name} is found, with the path`, async () => {
      const run = await runWith(1);
      // Of the digests a hexadecimal digit; of the state a digit; of the others the last number.
      const places: Record<string, number> = { 'digests.json': 30, 'state.json': 13 };
      flip(fileOf(run, 1, name), places[name] ?? -1);
      const loading = run.loadCheckpoint();
      await expect(loading).rejects.toThrow(DamageError);
      await expect(loading).rejects.toThrow(join(run.path, 'checkpoints', 'step-00000001'));
      await expect(loading).rejects.toMatchObject({ exitCode: 4 });
    });

    if (name !== 'digests.json') {
      it(`is a ${name} that is cut short, or is missing`, async () => {
        const run = await runWith(1);
        truncateSync(fileOf(run, 1, name), 9);
        await expect(run.loadCheckpoint()).rejects.toThrow(DamageError);
        rmSync(fileOf(run, 1, name));
        await expect(run.loadCheckpoint()).rejects.toThrow(DamageError);
      });
    }
  }

  it('of the name of a file among the digests is found, too', async () => {
    const run = await runWith(1);
    const path = fileOf(run, 1, 'digests.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('head', 'heae'));
    await expect(run.loadCheckpoint()).rejects.toThrow(DamageError);
  });

  it('of a header, which is read before any digest can tell, is damage, too', async () => {
    const run = await runWith(1);
    flip(fileOf(run, 1, 'bank.safetensors'), 8);
    await expect(run.loadPart('bank')).rejects.toThrow(DamageError);
  });

  it('in a checkpoint of version 0.1, which has no digests, is what cannot be read', async () => {
    const run = await runWith(1);
    rmSync(fileOf(run, 1, 'digests.json'));
    const { encoder: _, ...saved } = checkpoint(1);
    expect(await run.loadCheckpoint()).toEqual(saved);
    expect(await run.isEncoderOf(1, Uint8Array.of(1))).toBeUndefined();
    writeFileSync(fileOf(run, 1, 'state.json'), '{"epo');
    await expect(run.loadCheckpoint()).rejects.toThrow(/state\.json: expected a checkpoint's state in JSON/);
    truncateSync(fileOf(run, 1, 'weights.safetensors'), 100);
    await expect(run.loadCheckpoint()).rejects.toThrow(DamageError);
  });
});

describe('the newest whole checkpoint', () => {
  it('is what parts are read from, all of them from the same', async () => {
    const run = await runWith(1, 2);
    flip(fileOf(run, 2, 'bank.safetensors'));
    const { loaded, damaged } = await run.loadNewest(['weights', 'bank']);
    const state = { epoch: 1 };
    expect(loaded).toEqual({ step: 1, state, weights: tensors('w', 1, -1), bank: tensors('bank', 1, 1) });
    expect(damaged).toMatchObject([{ step: 2, error: expect.any(DamageError) }]);
    // Who does not need what is damaged reads on.
    expect((await run.loadNewest(['weights', 'head'])).loaded.step).toBe(2);
  });

  it('is gone on from; the damaged one is aside until it is replaced', async () => {
    const run = await runWith(1, 4);
    const folder = join(run.path, 'checkpoints');
    flip(fileOf(run, 4, 'optimizer.safetensors'));
    expect(await run.setDamagedAside()).toMatchObject({ loaded: 1, damaged: [{ step: 4 }] });
    expect(readdirSync(folder)).toEqual(['damaged-step-00000004', 'step-00000001']);
    expect(await run.latestCheckpoint()).toBe(1);
    await run.saveCheckpoint(checkpoint(3));
    expect(existsSync(join(folder, 'damaged-step-00000004'))).toBe(true);
    await run.saveCheckpoint(checkpoint(4));
    expect(readdirSync(folder)).toEqual(['step-00000003', 'step-00000004']);
    expect((await run.loadCheckpoint()).weights).toEqual(checkpoint(4).weights);
  });

  it('is left alone where it is the newest of all', async () => {
    const run = await runWith(1, 4);
    expect(await run.setDamagedAside()).toEqual({ loaded: 4, damaged: [] });
    expect(await run.checkpoints()).toEqual([1, 4]);
    expect(await (await runWith()).setDamagedAside()).toBeUndefined();
  });

  it('that does not exist is an error that names the newest, and nothing is touched', async () => {
    const run = await runWith(1, 4);
    for (const step of [1, 4]) flip(fileOf(run, step, 'bank.safetensors'));
    const failing = run.setDamagedAside();
    await expect(failing).rejects.toThrow(RunError);
    await expect(failing).rejects.toThrow(
      /step-00000004.bank\.safetensors: expected the bytes that were saved.*nor is/,
    );
    expect(await run.checkpoints()).toEqual([1, 4]);
    await expect(run.loadNewest(['bank'])).rejects.toThrow(RunError);
  });
});
