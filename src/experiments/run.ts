/** @file Carries out the plan of an experiment, run after run, and goes on where it was stopped. */
import { join, resolve } from 'node:path';
import { MeasuredRun, type MeasureProgress } from '../evaluate/measured-run.js';
import type { EpochRecord, TrainEvent } from '../run/events.js';
import { openRun, type TrainedRun } from '../run/open-run.js';
import { makeFolder } from '../store/files/make-folder.js';
import { RunFolder } from '../store/run-folder/run-folder.js';
import { holdsRun } from '../store/run-folder/run-place.js';
import { train } from '../train/train.js';
import type { TrainOptions } from '../train/training-options.js';
import type { Experiment } from './experiment.js';
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
  | { readonly kind: 'measuring'; readonly progress: Parameters<MeasureProgress> }
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
  await makeFolder(join(out, 'runs'));
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
    const measured = new MeasuredRun(run, {
      folders: { reference: folders.train, test: folders.test },
      seed: plan.request.seed,
      onProgress: (...progress) => emit({ kind: 'measuring', progress }),
      signal: signal ?? new AbortController().signal,
    });
    const { rows, gallery } = await experiment.measure(measured, experiment.runs.find((spec) => spec.name === name)!);
    const { reference, test } = await measured.encoded();
    return {
      name,
      rows: rows.map(({ label, values }) => ({ label, values: { ...values } })),
      ...(gallery && { gallery: gallery.map((row) => ({ ...row, found: [...row.found] })) }),
      folders: { train: resolve(folders.train), test: resolve(folders.test) },
      numReference: reference?.ids.length ?? plan.pictures,
      numTest: test?.ids.length ?? plan.testPictures,
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
