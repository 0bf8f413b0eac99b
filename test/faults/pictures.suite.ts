/** @file A thousand damaged pictures: each is read, or left out for a reason that is the same in every run. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mutatedPictures } from '../data/mutate.js';
import { outcomesOf } from '../data/outcomes.js';
import { record } from './figures.js';

const COUNT = 1000;
const SEED = Number(process.env['INSTDISC_FAULT_SEED'] ?? 1);

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
  for (const [name, outcome] of Object.entries(first)) {
    const sort = / × \d+ [0-9a-f]{64}$/.test(outcome) ? 'read' : 'left out, with a reason';
    record({ command: 'scan and decode', fault: `damaged ${name.split('.')[1]}`, sort });
  }
});
