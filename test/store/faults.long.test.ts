/** @file Every file operation of a run folder fails, is cut, or changes a bit: a part of `npm run test:faults`. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeFileAtomic } from '#src/store/files/atomic.js';
import { appendJsonLine, readJsonLines } from '#src/store/files/jsonl.js';
import { acquireLock } from '#src/store/files/lock.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';
import { order } from '../faults/child/layer.js';
import type { Fault } from '../faults/child/plan.js';
import { faultsFor } from '../faults/choice.js';
import { tempFolder } from './temp-folder.js';

const SEED = 1;
/** The first of each kind at each place come first. */
const NUM_FAULTS = 80;
const root = tempFolder();
const [base, path, log] = [join(root, 'base'), join(root, 'run'), join(root, 'operations')];

/** A checkpoint whose every number is its step. */
async function save(run: RunFolder, step: number): Promise<void> {
  const part = (): Map<string, { dtype: 'F32'; shape: number[]; data: Float32Array }> =>
    new Map([['x', { dtype: 'F32', shape: [100], data: new Float32Array(100).fill(step) }]]);
  const encoder = new Uint8Array(100).fill(step);
  await run.log({ step });
  await run.saveCheckpoint({ step, weights: part(), optimizer: part(), bank: part(), state: { step }, encoder });
  await run.writeEncoder(encoder);
}

/** Goes on from the newest whole checkpoint to step 3, as a training does. */
async function goOn(): Promise<void> {
  const run = await RunFolder.resume(path);
  try {
    await run.setDamagedAside();
    const from = (await run.latestCheckpoint()) ?? 0;
    await run.rewindLog((record) => (record as { step: number }).step <= from);
    for (let step = from + 1; step <= 3; step++) await save(run, step);
    // A crash may have come between a checkpoint and its encoder.
    await run.writeEncoder(new Uint8Array(100).fill(3));
  } finally {
    await run.close();
  }
}

async function begin(fault?: Fault): Promise<void> {
  await rm(path, { recursive: true, force: true });
  await cp(base, path, { recursive: true });
  rmSync(log, { force: true });
  order({ under: [path], log, ...(fault && { fault }) });
}

/** All that the run holds is of step 3. */
async function checkFinished(): Promise<void> {
  const run = await RunFolder.open(path);
  const { step, weights, optimizer, bank, state } = await run.loadCheckpoint();
  expect({ step, state }).toEqual({ step: 3, state: { step: 3 } });
  for (const part of [weights, optimizer, bank]) expect(part.get('x')!.data).toEqual(new Float32Array(100).fill(3));
  expect(await run.readLog()).toEqual([{ step: 1 }, { step: 2 }, { step: 3 }]);
  expect([...readFileSync(run.encoderPath)]).toEqual(new Array(100).fill(3));
  for (const folder of [path, join(path, 'checkpoints')]) {
    expect((await readdir(folder)).filter((name) => name.startsWith('.tmp-'))).toEqual([]);
  }
}

it('goes on to the same end whichever operation failed, was cut, or changed a bit', async () => {
  const run = await RunFolder.create(base, { a: 1 });
  await save(run, 1);
  await run.close();
  await begin();
  await goOn();
  order(undefined);
  await checkFinished();

  const operations = readFileSync(log, 'utf8').trim().split('\n');
  // Kills need a process of their own, and nothing tells whether a log is whole.
  const isChecked = (file: string): boolean => file.includes('/checkpoints/');
  const faults = faultsFor(operations, SEED, isChecked).filter(
    ({ harm, path: file }) => !harm.startsWith('kill') && (isChecked(file) || !['flip', 'cut'].includes(harm)),
  );
  expect(faults.length).toBeGreaterThan(150);
  for (const fault of faults.slice(0, NUM_FAULTS)) {
    const what = `seed ${SEED}: ${fault.harm} in ${fault.operation} ${fault.n}, ${fault.path}`;
    await begin(fault);
    const failed = await goOn().catch((error: Error) => error);
    order(undefined);
    expect(existsSync(log), what).toBe(true);
    if (failed instanceof Error) expect(failed.message, what).not.toMatch(/undefined|JSON at|not a function/);
    // What was good before still is, whatever has happened.
    const { loaded } = await (await RunFolder.open(path)).loadNewest(['weights']);
    const numbers = loaded.weights.get('x')!.data as Float32Array;
    expect(numbers[0], what).toBeOneOf([1, 2, 3]);
    expect(numbers, what).toEqual(new Float32Array(100).fill(numbers[0]!));
    // A process that ends leaves its lock to nobody; this one lives on.
    rmSync(join(path, 'run.lock'), { force: true });
    await goOn();
    await checkFinished().catch((error: Error) => {
      throw new Error(`${what}: ${error.message}`);
    });
  }
});

it('names the file that cannot be read or written, and leaves nothing beside it', async () => {
  const folder = join(root, 'named');
  mkdirSync(folder);
  const [lock, list] = [join(folder, 'a.lock'), join(folder, 'a.jsonl')];
  writeFileSync(list, '{}\n');
  const attempts = [
    [{ operation: 'write', n: 0, harm: 'ENOSPC' }, lock, () => acquireLock(lock)],
    [{ operation: 'write', n: 0, harm: 'ENOSPC' }, list, () => appendJsonLine(list, {})],
    [{ operation: 'read', n: 0, harm: 'EIO' }, list, () => readJsonLines(list)],
    [{ operation: 'sync', n: 1, harm: 'EIO' }, join(folder, 'b'), () => writeFileAtomic(join(folder, 'b'), 'b')],
  ] as const;
  for (const [fault, path, attempt] of attempts) {
    order({ under: [folder], log, fault });
    const failed = await attempt().catch((error: Error) => error);
    order(undefined);
    expect(failed).toMatchObject({ exitCode: 3, message: expect.stringContaining(`${path}: expected `) });
  }
  expect(readdirSync(folder).filter((name) => name.startsWith('.tmp-'))).toEqual([]);
});
