import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';
import { tempFolder } from './temp-folder.js';

const root = tempFolder();
const NUM_KILLS = 8;
const NUM_NUMBERS = 100_000;

/** A training that does nothing but save, and say so: every number of the checkpoint of step s is s. */
const TRAINING = `
  import { RunFolder } from ${JSON.stringify(new URL('../../dist/store/run-folder/run-folder.js', import.meta.url).href)};
  const path = process.argv[1];
  const run = await RunFolder.resume(path);
  let step = (await run.latestCheckpoint()) ?? 0;
  for (;;) {
    console.log(step);
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
    const ended = once(training, 'exit');
    const numSaves = random.integer(3);
    const said: number[] = [];
    for await (const line of createInterface({ input: training.stdout })) {
      said.push(Number(line));
      if (said.length > numSaves) break;
    }
    // While it saves the next one.
    await sleep(random.uniform(0, 30));
    training.kill('SIGKILL');
    expect(await ended).toEqual([null, 'SIGKILL']);

    const run = await RunFolder.open(path);
    const step = await run.latestCheckpoint();
    expect(step ?? 0).toBeGreaterThanOrEqual(Math.max(newest, said.at(-1)!));
    if (step === undefined) continue;
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
