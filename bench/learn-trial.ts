/** @file One training of a bench of learning, by the command line as people use it, and what it has reached. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { InstDiscError } from '#src/core/errors.js';
import { MeasuredRun } from '#src/evaluate/measured-run.js';
import type { EpochRecord } from '#src/run/events.js';
import { openRun } from '#src/run/open-run.js';
import { VOTE_TAU } from '#src/search/knn.js';
import { writeFileAtomic } from '#src/store/files/atomic.js';
import { RunFolder } from '#src/store/run-folder/run-folder.js';
import { type LearnTrial, type PictureSet, trialName } from './learn-plan.js';

const CLI = join(import.meta.dirname, '../cli/main.js');
/** Neighbours that vote. */
export const KS = [20, 200] as const;
/** A rate at which nothing is learned in float32, while batch normalisation measures the pictures. */
const UNTRAINED = ['--epochs', '1', '--set', 'lr=1e-12', '--set', 'warmup=0'];

const share = z.number().min(0).max(1);
/** Part of the test pictures that is told right. */
const accuraciesSchema = z.object({ knn20: share, knn200: share, linear: share });
export type LearntAccuracies = z.infer<typeof accuraciesSchema>;

const rowSchema = z.object({
  set: z.string(),
  variation: z.string(),
  budget: z.object({ flag: z.enum(['minutes', 'epochs']), amount: z.number() }),
  seed: z.number(),
  /** Of training alone, all its parts together. */
  seconds: z.number().optional(),
  epochs: z.number().optional(),
  accuracies: accuraciesSchema.optional(),
  /** All settings that it was trained with. */
  settings: z.record(z.string(), z.unknown()).optional(),
  /** Why there are no figures. */
  failed: z.string().optional(),
});
/** What a training has come to. */
interface Reached {
  readonly seconds: number;
  readonly epochs: number;
  readonly accuracies: LearntAccuracies;
  readonly settings: Record<string, unknown>;
}
/** A trial with what came of it. */
export type LearnRow = z.infer<typeof rowSchema>;

const beforeSchema = z.object({ chance: share, levels: z.record(z.string(), accuraciesSchema) });
/** What a set gives without learning: by guessing, from pixels and colours, and by the encoder as it begins. */
export type BeforeLearning = z.infer<typeof beforeSchema>;

export interface LearnOptions {
  /** Folder of all that is kept. */
  readonly out: string;
  readonly threads: number;
  /** Whether runs stay when they have been measured. */
  readonly keep: boolean;
}

/** Asked to stop while it trained. */
export class Stopped extends InstDiscError {
  override readonly exitCode = 130;
}

/** Trains and measures what is not known yet. What fails is a row as well. */
export async function learnRow(trial: LearnTrial, options: LearnOptions): Promise<LearnRow> {
  return kept(join(options.out, 'rows', `${trialName(trial)}.json`), rowSchema, async () => {
    const { set, variation, budget, seed } = trial;
    const row = { set: set.name, variation: variation.name, budget, seed };
    const run = join(options.out, 'runs', trialName(trial));
    const flags = [`--${budget.flag}`, String(budget.amount), '--seed', String(seed)];
    const failed = await train(
      set,
      run,
      [...flags, ...variation.assignments.flatMap((pair) => ['--set', pair])],
      options,
    );
    const result = failed === undefined ? { ...row, ...(await measure(set, run, options)) } : { ...row, failed };
    if (!options.keep) rmSync(run, { recursive: true, force: true });
    return result;
  });
}

/** Measures what there is before anything is learnt. */
export async function beforeLearning(set: PictureSet, options: LearnOptions): Promise<BeforeLearning> {
  return kept(join(options.out, 'before', `${set.name}.json`), beforeSchema, async () => {
    const run = join(options.out, 'runs', `${set.name}_untrained`);
    const failed = await train(set, run, UNTRAINED, options);
    if (failed !== undefined) throw new Stopped(`${set.name}: expected an encoder that has not learnt, got: ${failed}`);
    const { accuracies } = await measure(set, run, options);
    const trained = await openRun(run, { threads: options.threads });
    const measured = measuredRun(trained, set);
    const votes = await measured.baselineVotes({ ks: KS, tau: [VOTE_TAU] });
    const linear = await measured.baselineLinear('logistic');
    await trained.release();
    const levels = votes.map(({ name, ...vote }, i) => [name, accuraciesOf(vote, linear[i]!)] as const);
    if (!options.keep) rmSync(run, { recursive: true, force: true });
    return { chance: votes[0]!.chance, levels: { ...Object.fromEntries(levels), 'untrained encoder': accuracies } };
  });
}

/** What a file has, if it is there; else made, and kept for the next time. */
async function kept<Value>(path: string, schema: z.ZodType<Value>, make: () => Promise<Value>): Promise<Value> {
  if (existsSync(path)) return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  const value = await make();
  await mkdir(join(path, '..'), { recursive: true });
  await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
  return value;
}

/** @returns what it said last, if it failed */
async function train(
  set: PictureSet,
  run: string,
  flags: readonly string[],
  { threads }: LearnOptions,
): Promise<string | undefined> {
  const begun = existsSync(join(run, 'config.json'));
  const args = begun ? ['--resume'] : [set.train, ...flags, '--threads', String(threads)];
  const child = spawn(process.execPath, [CLI, 'train', ...args, '--out', run], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code === 130 || code === null) throw new Stopped(`${run}: stopped. The same command goes on.`);
  return code === 0 ? undefined : said.trim() || `it ended with code ${code}`;
}

async function measure(set: PictureSet, path: string, { threads }: LearnOptions): Promise<Reached> {
  const records = (await (await RunFolder.open(path)).readLog()) as EpochRecord[];
  const run = await openRun(path, { threads });
  const measured = measuredRun(run, set);
  const accuracies = accuraciesOf(await measured.votes({ ks: KS, tau: [VOTE_TAU] }), await measured.linear('logistic'));
  await run.release();
  return {
    seconds: records.reduce((sum, { seconds }) => sum + seconds, 0),
    epochs: records.length,
    accuracies,
    settings: { ...run.config.settings },
  };
}

function measuredRun(run: Awaited<ReturnType<typeof openRun>>, { train, test }: PictureSet): MeasuredRun {
  return new MeasuredRun(run, {
    folders: { reference: train, test },
    seed: 1,
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
}

/** A k beyond the reference has been cut to it. */
function accuraciesOf(
  { knn }: { readonly knn: readonly { readonly top1: number }[] },
  { top1: linear }: { readonly top1: number },
): LearntAccuracies {
  return { knn20: knn[0]!.top1, knn200: knn.at(-1)!.top1, linear };
}
