/** @file One training of the semi-supervised experiment: planned, done or gone on with, tested, and kept. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DamageError } from '../../core/errors.js';
import type { Picture } from '../../data/picture.js';
import { type SupervisedAccuracy, supervisedAccuracy } from '../../evaluate/supervised-accuracy.js';
import type { StepReport, TrainEvent } from '../../run/events.js';
import { openRun } from '../../run/open-run.js';
import { writeFileAtomic } from '../../store/files/atomic.js';
import { digestOf } from '../../store/files/digest.js';
import { makeFolder } from '../../store/files/make-folder.js';
import { RunFolder } from '../../store/run-folder/run-folder.js';
import { holdsRun } from '../../store/run-folder/run-place.js';
import { type FineTuneBudget, fineTune, fineTuneBudget, type Start } from './fine-tune.js';
import { labelledSubset } from './labelled-subset.js';
import type { SemiSupervisedOptions } from './semi-supervised-options.js';

/** One training to be done. */
export interface Job {
  readonly fraction: number;
  readonly start: Start;
  readonly pictures: readonly Picture[];
  readonly budget: Required<FineTuneBudget>;
  readonly out: string;
}

export const STARTS: readonly Start[] = ['encoder', 'scratch'];

/** Two for each part of the labels, one of each start; ascending. */
export async function planJobs(
  options: SemiSupervisedOptions,
  reference: readonly Picture[],
  fractions: readonly number[],
): Promise<readonly Job[]> {
  const { path, config, encoderKey, release } = await openRun(options.run);
  await release();
  const folder = join(path, 'evaluations', 'semi-supervised');
  await makeFolder(folder);
  return [...fractions]
    .sort((a, b) => a - b)
    .flatMap((fraction) => {
      const pictures = labelledSubset(reference, fraction, options.seed ?? 0);
      const budget = fineTuneBudget(pictures.length, options);
      return STARTS.map((start) => {
        // Its name tells a training with other pictures, settings or weights apart.
        const encoder = start === 'encoder' && encoderKey;
        const key = keyOf({ settings: config.settings, budget, encoder, pictures: identityOf(pictures) });
        const out = join(folder, `${pictures.length}-pictures-${start}-${key.slice(0, 12)}`);
        return { fraction, start, pictures, budget, out };
      });
    });
}

/** Trains and tests, or reads what that gave before. */
export async function doJob(
  index: number,
  jobs: readonly Job[],
  test: readonly Picture[],
  options: SemiSupervisedOptions,
): Promise<SupervisedAccuracy> {
  const { onProgress, signal } = options;
  signal?.throwIfAborted();
  const { fraction, start, pictures, budget, out } = jobs[index]!;
  const resultPath = join(out, 'accuracy.json');
  const testKey = keyOf(identityOf(test));
  const kept = await readResult(resultPath);
  if (kept?.testKey === testKey) return kept.accuracy;

  const work = ({ budget: { steps, batch } }: Job): number => steps * batch;
  const sum = (of: readonly Job[]): number => of.reduce((total, job) => total + work(job), 0);
  const [before, all] = [sum(jobs.slice(0, index)), sum(jobs)];
  const training = ({ step, picturesPerSecond }: StepReport): void => {
    const seen = before + step * budget.batch;
    const secondsLeft = (all - seen) / picturesPerSecond;
    onProgress?.({ fraction, start, task: 'training', done: seen / all, picturesPerSecond, secondsLeft });
  };
  if (!(await isFinished(out, budget.steps))) {
    const onEvent = (event: TrainEvent): void => {
      if (event.kind === 'step') training(event.report);
    };
    const end = await fineTune({ ...options, ...budget, start, pictures, out, onEvent });
    if (end === 'stopped') throw signal?.reason;
  }
  const accuracy = await supervisedAccuracy(out, test, {
    ...options,
    onProgress: () => onProgress?.({ fraction, start, task: 'testing', done: (before + work(jobs[index]!)) / all }),
  });
  await writeFileAtomic(resultPath, `${JSON.stringify({ testKey, accuracy }, null, 2)}\n`);
  return accuracy;
}

/** Its name says that it is the same training; starting it would only find that nothing is left to do. */
async function isFinished(out: string, steps: number): Promise<boolean> {
  return holdsRun(out) && (await (await RunFolder.open(out)).latestCheckpoint()) === steps;
}

async function readResult(
  path: string,
): Promise<{ readonly testKey: string; readonly accuracy: SupervisedAccuracy } | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (!(error instanceof SyntaxError)) throw error;
    throw new DamageError(`${path}: expected an accuracy in JSON, got: ${error.message}. Remove it.`);
  }
}

/** What tells pictures from others without reading them. */
function identityOf(pictures: readonly Picture[]): unknown {
  return pictures.map(({ id, label, size, mtimeMs }) => [id, label, size, mtimeMs]);
}

function keyOf(value: unknown): string {
  return digestOf(JSON.stringify(value));
}
