import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { openCache } from '#src/data/cache/cache.js';
import { readPlan } from '#src/experiments/plan-file.js';
import { readResults } from '#src/experiments/results.js';
import { openRun } from '#src/run/open-run.js';
import { digestOf } from '#src/store/files/digest.js';
import { train } from '#src/train/train.js';
import { install } from './fixture.ts';

const root = install();
const at = (...names: string[]): string => join(root, ...names);
const experiment = at('experiment');
const request = { experiment: 'dimension', data: at('pictures'), test: null, budget: 10, seed: 0 };

interface Kind {
  /** Of the file that a later version might have written. */
  readonly path: string;
  /** In what the version is, if not in the file as a whole. */
  readonly within?: string;
  readonly read: () => unknown;
}

const softmax = { out: at('runs', 'softmax'), resume: true };
const KINDS: Readonly<Record<string, Kind>> = {
  'a run': { path: at('runs', 'batch', 'config.json'), read: () => openRun(at('runs', 'batch')) },
  'a run to be resumed': {
    path: at('runs', 'nce', 'config.json'),
    read: () => train({ ...softmax, out: at('runs', 'nce') }),
  },
  'a checkpoint': {
    path: at('runs', 'softmax', 'checkpoints', 'step-00000009', 'state.json'),
    within: 'madeWith',
    read: () => train(softmax),
  },
  'decoded pictures': { path: at('cache', 'cache.json'), read: async () => openCache(at('cache')) },
  'the plan of an experiment': { path: join(experiment, 'plan.json'), read: () => readPlan(experiment, request) },
  'the results of an experiment': { path: at('other', 'results.json'), read: () => readResults(at('other')) },
};

/** As every version but the first writes them beside a state that tells what it was made with. */
async function writeDigests(checkpoint: string): Promise<void> {
  const files = await readdir(checkpoint);
  const digests = files.map(async (name) => [name, digestOf(await readFile(join(checkpoint, name)))] as const);
  await writeFile(join(checkpoint, 'digests.json'), JSON.stringify(Object.fromEntries(await Promise.all(digests))));
}

it.each(Object.entries(KINDS))('refuses %s of a later version, which it names', async (_, { path, within, read }) => {
  await mkdir(dirname(path), { recursive: true });
  const stored = JSON.parse(await readFile(path, 'utf8').catch(() => '{}'));
  const later = within === undefined ? { ...stored, version: 99 } : { ...stored, [within]: { version: 99 } };
  await writeFile(path, JSON.stringify(later));
  if (within !== undefined) await writeDigests(dirname(path));
  const error = await Promise.resolve(read()).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ exitCode: 4 });
  expect((error as Error).message).toMatch(
    /expected version \d or an earlier one, got 99: a newer instdisc has written it/,
  );
});
