/** @file `kill -9` at random instants: also while LanceDB or libvips writes, which no layer reaches. */
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { tempFolder } from '../store/temp-folder.js';
import { record } from './figures.js';
import { Host } from './hosts.js';
import { SCENARIOS } from './scenarios.js';
import { Trial } from './trial.js';

const SEED = Number(process.env['INSTDISC_FAULT_SEED'] ?? 1);
const NUM_KILLS = Number(process.env['INSTDISC_KILLS'] ?? 210);
/** A process that is killed has been started for it: so much of its time goes into loading. */
const LOADING = 0.2;

const root = tempFolder();
const layer = join(root, 'layer');
const [victim, calm] = [new Host(layer), new Host(layer)];
afterAll(async () => {
  await victim.close();
  await calm.close();
});

describe(`with seed ${SEED}, ${NUM_KILLS} kills`, () => {
  it.each(SCENARIOS)('$name can be done after it was killed at any instant', async (scenario) => {
    const random = new Random(SEED, 'sample');
    await victim.close();
    const trial = await Trial.create(scenario, { victim, calm, work: join(root, 'work'), aside: join(root, 'aside') });
    await victim.close();
    const third: string[] = [];
    for (let kills = 0; kills < NUM_KILLS / SCENARIOS.length; ) {
      const afterMs = random.uniform(LOADING, 1) * trial.durationMs;
      const outcome = await trial.kill(afterMs);
      if (outcome === undefined) continue;
      kills++;
      record({ command: scenario.name, fault: 'kill at a random instant', sort: outcome.sort });
      if (outcome.why !== undefined) third.push(`after ${Math.round(afterMs)} ms: ${outcome.why}`);
    }
    expect(third).toEqual([]);
  });
});
