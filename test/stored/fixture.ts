/**
 * @file What version 0.1 wrote, in `0.1/` beside this file: a run for each loss on the same drawn pictures, stopped after
 * three of four epochs; of `batch` also embeddings, an index, an exported site, and what commands and the service
 * answered; the plan of an experiment; and what 0.1 reached when it went on with the runs. `make.mjs` has made it.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { processor } from './processor.mjs';

const FIXTURE = fileURLToPath(new URL('./0.1', import.meta.url));
/** Time of the pictures' files, in seconds. */
const TIME = 1_577_836_800;

export const LOSSES = ['batch', 'softmax', 'nce', 'infonce', 'parametric', 'supervised'] as const;
export type StoredLoss = (typeof LOSSES)[number];

/** What 0.1 came to from where the run was stopped. */
export interface Reached {
  /** SHA-256 by path in the run folder. */
  readonly files: Readonly<Record<string, string>>;
  readonly epochs: readonly { readonly epoch: number; readonly loss: number; readonly similarity: number }[];
}

export interface ReachedByAll {
  readonly processor: string;
  /** Version of onnxruntime. */
  readonly runtime: string;
  readonly runs: Readonly<Record<StoredLoss, Reached>>;
}

/**
 * What is recorded in a JSON file of the fixture.
 *
 * @param folder one that `install` made, to have its paths; default as it was recorded
 */
export function recorded<T>(name: string, folder = FIXTURE): T {
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as T;
}

/** By several kinds of processors; `reach.mjs` has recorded it. */
export const REACHED: readonly ReachedByAll[] = recorded('reached.json');

/** What was reached where sums are rounded as they are here: on the same processor, by the same runtime. */
export function reachedHere(): ReachedByAll | undefined {
  const runtime: { readonly version: string } = createRequire(import.meta.url)('onnxruntime-node/package.json');
  const here = processor();
  return REACHED.find((record) => record.processor === here && record.runtime === runtime.version);
}

/**
 * Puts all that 0.1 wrote into a folder of this test file, as if it had been written there: with the paths of that
 * folder, and pictures of the time that runs know them by.
 *
 * @returns the folder, with `pictures/`, `runs/<loss>/`, `embeddings/`, `experiment/` and `site/`
 */
export function install(): string {
  const root = mkdtempSync(join(tmpdir(), 'instdisc-stored-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  cpSync(FIXTURE, root, { recursive: true });
  for (const loss of LOSSES) cpSync(join(root, 'cache'), join(root, 'runs', loss, 'cache'), { recursive: true });
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    const extension = extname(file);
    if (extension === '.jpg') utimesSync(file, TIME, TIME);
    if (!['.json', '.jsonl', '.csv'].includes(extension)) continue;
    writeFileSync(file, relocated(readFileSync(file, 'utf8'), root, extension !== '.csv'));
  }
  return root;
}

/** A recorded text with the paths of `root`. */
function relocated(text: string, root: string, isJson: boolean): string {
  return text.replaceAll(/\/tmp\/instdisc-fixture([^",\n]*)/g, (_, rest: string) => {
    const [, folder, ...below] = rest.split('/');
    const isRun = LOSSES.includes(folder as StoredLoss);
    const path = join(root, ...(isRun ? ['runs'] : []), folder ?? '', ...below);
    return isJson ? JSON.stringify(path).slice(1, -1) : path;
  });
}
