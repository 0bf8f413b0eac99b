/** @file Carries out the plan of an experiment, run after run, and goes on where it was stopped. */
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Embedded, embed } from '../run/embed.js';
import type { EpochRecord, TrainEvent } from '../run/events.js';
import { openRun, type TrainedRun } from '../run/open-run.js';
import { holdsRun, RunFolder } from '../store/run-folder/run-folder.js';
import { type TrainOptions, train } from '../train/train.js';
import type { Experiment, FinishedRun } from './experiment.js';
import { type ExperimentPictures, folderOf } from './experiment-pictures.js';
import type { ExperimentPlan, PlanLine } from './plan-file.js';
import { type RunResult, readResults, writeResults } from './results.js';
import { RECIPE, settingsOf } from './spec-settings.js';

export type ExperimentEvent =
  /** A run begins; `secondsAfter` is what is planned for the ones after it. */
  | {
      readonly kind: 'run';
      readonly line: PlanLine;
      readonly number: number;
      readonly of: number;
      readonly secondsAfter: number;
    }
  | { readonly kind: 'training'; readonly out: string; readonly event: TrainEvent }
  | { readonly kind: 'encoding'; readonly what: string; readonly done: number; readonly of?: number }
  | { readonly kind: 'measuring'; readonly what: string; readonly done: number; readonly of: number }
  | { readonly kind: 'measured'; readonly result: RunResult };

export interface RunOptions {
  readonly experiment: Experiment;
  readonly plan: ExperimentPlan;
  readonly pictures: ExperimentPictures;
  readonly out: string;
  readonly onEvent: (event: ExperimentEvent) => void;
  /** Called whenever there are new results on disk, and waited for. */
  readonly onResult?: () => Promise<unknown>;
  readonly signal?: AbortSignal;
}

/** Folder of one run of the experiment in `out`. */
export function runPath(out: string, name: string): string {
  return join(out, 'runs', name);
}

/**
 * Trains and measures all runs that are not finished. What is done is saved at each step; the same call goes on.
 *
 * @returns whether it reached its end, or was stopped by the signal while it trained
 * @throws the signal's reason, if it was stopped while it measured
 */
export async function runExperiment(options: RunOptions): Promise<'finished' | 'stopped'> {
  const { plan, out, onEvent: emit, signal } = options;
  await mkdir(join(out, 'runs'), { recursive: true });
  const results = new Map((await readResults(out)).map((result) => [result.name, result]));
  for (const [i, line] of plan.runs.entries()) {
    if (results.has(line.name)) continue;
    const secondsAfter = plan.runs.slice(i + 1).reduce((sum, { seconds }) => sum + seconds, 0);
    emit({ kind: 'run', line, number: i + 1, of: plan.runs.length, secondsAfter });
    if ((await trainRun(options, line)) === 'stopped') return 'stopped';
    const result = await measureRun(options, line);
    results.set(line.name, result);
    await writeResults(
      out,
      plan.runs.flatMap(({ name }) => results.get(name) ?? []),
    );
    emit({ kind: 'measured', result });
    await options.onResult?.();
    signal?.throwIfAborted();
  }
  return 'finished';
}

async function trainRun(
  { experiment, plan, pictures, out, onEvent: emit, signal }: RunOptions,
  line: PlanLine,
): Promise<'finished' | 'stopped'> {
  const path = runPath(out, line.name);
  const follow: Pick<TrainOptions, 'out' | 'onEvent' | 'signal'> = {
    out: path,
    onEvent: (event) => emit({ kind: 'training', out: path, event }),
    ...(signal && { signal }),
  };
  if (holdsRun(path)) return train({ ...follow, resume: true });
  const spec = experiment.runs.find(({ name }) => name === line.name)!;
  const { size, stem, width, batch, epochs: _, request } = plan;
  const folder = await trainFolder(pictures, line.pictures, plan, out);
  return train({
    ...follow,
    paths: [folder],
    recipe: RECIPE,
    settings: settingsOf(
      spec,
      { size, stem, width, batch, epochs: line.epochs, seed: request.seed },
      request.budget === 'full',
    ),
  });
}

function trainFolder(pictures: ExperimentPictures, count: number, plan: ExperimentPlan, out: string): Promise<string> {
  return folderOf(pictures.train, count, !plan.available.isHeldOut, join(out, 'pictures'), 'train');
}

async function measureRun(options: RunOptions, { name }: PlanLine): Promise<RunResult> {
  const { experiment, plan, pictures, out, onEvent: emit, signal } = options;
  const startedAt = performance.now();
  const path = runPath(out, name);
  const folders = {
    train: await trainFolder(pictures, plan.pictures, plan, out),
    test: await folderOf(pictures.test, plan.testPictures, !plan.available.isHeldOut, join(out, 'pictures'), 'test'),
  };
  const run = await openRun(path);
  try {
    const encoded = (folder: string, what: string): Once<Embedded> => {
      const onProgress = (done: number, of?: number): void =>
        emit({ kind: 'encoding', what, done, ...(of !== undefined && { of }) });
      return once(() => embed(run, [folder], { onProgress, ...(signal && { signal }) }));
    };
    const onProgress: FinishedRun['onProgress'] = (what, done, of) => emit({ kind: 'measuring', what, done, of });
    const [reference, test] = [encoded(folders.train, 'labelled pictures'), encoded(folders.test, 'test pictures')];
    const spec = experiment.runs.find((each) => each.name === name)!;
    const subject: FinishedRun = {
      spec,
      run,
      folders,
      seed: plan.request.seed,
      signal,
      reference: reference.get,
      test: test.get,
      onProgress,
    };
    const { rows, gallery } = await experiment.measure(subject);
    return {
      name,
      rows: rows.map(({ label, values }) => ({ label, values: { ...values } })),
      ...(gallery && { gallery: gallery.map((row) => ({ ...row, found: [...row.found] })) }),
      folders: { train: resolve(folders.train), test: resolve(folders.test) },
      numReference: (await reference.made())?.ids.length ?? plan.pictures,
      numTest: (await test.made())?.ids.length ?? plan.testPictures,
      trainingSeconds: await trainingSeconds(run),
      measuringSeconds: (performance.now() - startedAt) / 1000,
    };
  } finally {
    await run.release();
  }
}

async function trainingSeconds({ path }: TrainedRun): Promise<number> {
  const records = (await (await RunFolder.open(path)).readLog()) as EpochRecord[];
  return records.reduce((sum, { seconds }) => sum + seconds, 0);
}

interface Once<T> {
  get(): Promise<T>;
  /** What was made, if it was asked for. */
  made(): Promise<T | undefined>;
}

function once<T>(make: () => Promise<T>): Once<T> {
  let made: Promise<T> | undefined;
  return {
    get: () => {
      made ??= make();
      return made;
    },
    made: async () => made,
  };
}
