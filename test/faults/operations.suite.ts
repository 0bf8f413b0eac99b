/** @file File operations that fail, are cut, changed, or are the last: under every command that writes. */
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { tempFolder } from '../store/temp-folder.js';
import { faultsFor } from './choice.js';
import { record } from './figures.js';
import { Host } from './hosts.js';
import { SCENARIOS } from './scenarios.js';
import { Trial } from './trial.js';

const SEED = Number(process.env['INSTDISC_FAULT_SEED'] ?? 1);
/** For each command; a tenth of an hour for all. */
const SECONDS = Number(process.env['INSTDISC_FAULT_SECONDS'] ?? 25);

const root = tempFolder();
const layer = join(root, 'layer');
const [victim, calm] = [new Host(layer), new Host(layer)];
afterAll(async () => {
  await victim.close();
  await calm.close();
});

describe(`with seed ${SEED} and ${SECONDS} seconds a command`, () => {
  it.each(SCENARIOS)('$name ends with the right bytes, or says why not and loses nothing', async (scenario) => {
    const trial = await Trial.create(scenario, { victim, calm, work: join(root, 'work'), aside: join(root, 'aside') });
    const faults = faultsFor(trial.operations, SEED, scenario.isReadBack);
    const third: string[] = [];
    const endsAt = performance.now() + 1000 * SECONDS;
    let numTried = 0;
    for (const fault of faults) {
      if (performance.now() > endsAt) break;
      numTried++;
      const outcome = await trial.inject(fault);
      if (outcome === undefined) continue;
      const what = `${fault.operation}: ${fault.harm}${fault.isLasting ? ' from then on' : ''}`;
      record({ command: scenario.name, fault: what, sort: outcome.sort, of: faults.length });
      if (outcome.why !== undefined) third.push(`${what}, number ${fault.n}, ${fault.path}: ${outcome.why}`);
    }
    process.stdout.write(`${scenario.name}: ${numTried} of ${faults.length} faults\n`);
    expect(third).toEqual([]);
  });
});
