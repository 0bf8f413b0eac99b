import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';
import { tempFolder } from './temp-folder.js';

const root = tempFolder();
const NUM_KILLS = 20;
const NUM_NUMBERS = 100_000;

/** A training that does nothing but save: every number of the checkpoint of step s is s. */
const TRAINING = `
  import { RunFolder } from ${JSON.stringify(new URL('../../dist/store/run-folder/run-folder.js', import.meta.url).href)};
  const path = process.argv[1];
  const run = await RunFolder.resume(path);
  let step = (await run.latestCheckpoint()) ?? 0;
  process.stdout.write('started');
  for (;;) {
    step++;
    const part = () => new Map([['x', { dtype: 'F32', shape: [${NUM_NUMBERS}], data: new Float32Array(${NUM_NUMBERS}).fill(step) }]]);
    await run.saveCheckpoint({ step, weights: part(), optimizer: part(), bank: part(), state: { step } });
    await run.log({ step });
    await run.writeEncoder(new Uint8Array(${NUM_NUMBERS}).fill(step));
  }
`;

it('leaves a whole checkpoint and log behind whenever a training is killed', async () => {
  const path = join(root, 'run');
  await (await RunFolder.create(path, {})).close();
  const random = new Random(1, 'sample');
  let newest = 0;
  for (let kill = 0; kill < NUM_KILLS; kill++) {
    const training = spawn(process.execPath, ['--input-type=module', '-e', TRAINING, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(training.stdout, 'data');
    await sleep(random.uniform(5, 80));
    training.kill('SIGKILL');
    await once(training, 'exit');

    const run = await RunFolder.open(path);
    const step = await run.latestCheckpoint();
    if (step === undefined) continue;
    expect(step).toBeGreaterThanOrEqual(newest);
    newest = step;
    const { weights, optimizer, bank, state } = await run.loadCheckpoint();
    expect(state).toEqual({ step });
    for (const part of [weights, optimizer, bank]) {
      const numbers = part.get('x')!.data as Float32Array;
      expect(numbers).toHaveLength(NUM_NUMBERS);
      expect(numbers.every((number) => number === step)).toBe(true);
    }
    for (const record of await run.readLog()) expect(record).toHaveProperty('step');
  }
  expect(newest).toBeGreaterThan(0);
});
