/** @file A thousand damaged pictures: each is read, or left out for a reason that is the same in every run. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mutatedPictures } from '../data/mutate.js';
import { outcomesOf } from '../data/outcomes.js';

const COUNT = 1000;
const SEED = Number(process.env.INSTDISC_FAULT_SEED ?? Date.now() % 1e6);

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'instdisc-mutated-'));
  for (const { name, bytes } of await mutatedPictures(SEED, COUNT)) await writeFile(join(folder, name), bytes);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it(`has the same outcome in two runs for each of ${COUNT} damaged pictures (seed ${SEED})`, async () => {
  const first = await outcomesOf(folder, 8);
  expect(Object.keys(first)).toHaveLength(COUNT);
  // Another number at once, and another order: their threads meet otherwise.
  expect(await outcomesOf(folder, 3, true)).toEqual(first);
  const counts = new Map<string, number>();
  for (const outcome of Object.values(first)) {
    const sort = / × \d+ [0-9a-f]{64}$/.test(outcome) ? 'read' : outcome;
    counts.set(sort, (counts.get(sort) ?? 0) + 1);
  }
  process.stdout.write(`mutated pictures, seed ${SEED}: ${JSON.stringify(Object.fromEntries(counts))}\n`);
});
