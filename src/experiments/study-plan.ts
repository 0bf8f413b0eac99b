/**
 * @file How large an experiment is made, so that it fits its budget. Arithmetic only; speeds are measured elsewhere.
 *
 * The rule, with the published recipe's learning rate, drops and batch throughout:
 *
 *  1. The encoder is as wide as lets all runs see 10,000 pictures (or all, if there are fewer) 50 times. With fewer
 *     epochs the memory bank, whose rows are an epoch old, hardly begins to work; so width is given up first.
 *  2. There are as many pictures as can be seen 50 times.
 *  3. What is left makes more epochs, up to the published 200.
 */
import { ArgumentError } from '../core/errors.js';
import { EPOCH_END_SECONDS } from '../train/budget.js';
import type { RunSpec } from './experiment.js';

/** Channels of the encoder's first stage; 64 is the paper's. */
export const WIDTHS = [8, 16, 32, 64] as const;
export const PUBLISHED = { width: 64, epochs: 200, batch: 128 } as const;
const WANTED_EPOCHS = 50;
const WANTED_PICTURES = 10_000;
/** Steps an epoch at least, where pictures are few. */
const LEAST_STEPS = 4;
/** Of an untrained encoder: batch normalisation forgets a tenth of its first statistics with each. */
const UNTRAINED_STEPS = 60;
/** Test pictures take at most this part of a run's time, but are 1,000 if there are so many. */
const TEST_SHARE = 0.05;
const LEAST_TEST = 1000;

/** What things take on this machine, in seconds. */
export interface Speeds {
  /** A picture in a training step with the cheapest loss, by width; widths that are out of the question are missing. */
  readonly train: Readonly<Record<string, number>>;
  /** What the loss of each run adds for a picture, with a bank of n rows: fixed + perRow · n. */
  readonly loss: Readonly<Record<string, LossSpeed>>;
  /** Reading and decoding a picture. */
  readonly decode: number;
  /** What is measured of a run, beside encoding: for each labelled picture. */
  readonly measure: number;
  /** Building the graphs of a run. */
  readonly start: number;
}

export interface LossSpeed {
  readonly fixed: number;
  readonly perRow: number;
}

/** What is to be fitted. */
export interface Request {
  readonly specs: readonly RunSpec[];
  /** Pictures there are to learn from, and to test with. */
  readonly available: { readonly pictures: number; readonly testPictures: number };
  /** Seconds for everything. */
  readonly budget: number;
}

export interface StudySize {
  readonly width: number;
  readonly pictures: number;
  readonly testPictures: number;
  readonly epochs: number;
}

export interface PlannedRun {
  readonly spec: RunSpec;
  readonly pictures: number;
  readonly epochs: number;
  readonly steps: number;
  /** With what is measured afterwards. */
  readonly seconds: number;
}

export interface StudyPlan extends StudySize {
  readonly batch: number;
  readonly runs: readonly PlannedRun[];
  readonly seconds: number;
}

/** Pictures a step: the published number, unless there are too few for a handful of steps. */
export function batchFor(pictures: number): number {
  return Math.max(2, Math.min(PUBLISHED.batch, Math.floor(pictures / LEAST_STEPS)));
}

/** The runs of a given size, and what they take. */
export function planOf(specs: readonly RunSpec[], size: StudySize, speeds: Speeds): StudyPlan {
  const smallestPart = Math.min(...specs.map(({ fraction = 1 }) => fraction));
  const batch = batchFor(smallestPart * size.pictures);
  const stepsPerEpoch = (pictures: number): number => Math.ceil(pictures / batch);
  const steps = size.epochs * stepsPerEpoch(size.pictures);
  const runs = specs.map((spec) => {
    const pictures = Math.round((spec.fraction ?? 1) * size.pictures);
    const wanted = spec.untrained
      ? Math.ceil(UNTRAINED_STEPS / stepsPerEpoch(pictures))
      : steps / stepsPerEpoch(pictures);
    const epochs = Math.max(1, Math.round(wanted));
    const run = { spec, pictures, epochs, steps: epochs * stepsPerEpoch(pictures) };
    return { ...run, seconds: secondsOf(run, batch, size, speeds) };
  });
  return { ...size, batch, runs, seconds: runs.reduce((sum, { seconds }) => sum + seconds, 0) };
}

function secondsOf(
  { spec, pictures, epochs, steps }: Omit<PlannedRun, 'seconds'>,
  batch: number,
  size: StudySize,
  speeds: Speeds,
): number {
  const train = speeds.train[size.width]!;
  const { fixed, perRow } = speeds.loss[spec.name]!;
  const training = steps * batch * (train + fixed + perRow * pictures);
  // Of the three passes of a step, forward and two backward, encoding is the first.
  const encode = train / 3;
  const epochEnds = epochs * EPOCH_END_SECONDS;
  const measuring =
    (size.pictures + size.testPictures) * (speeds.decode + encode) +
    size.pictures * speeds.measure +
    (spec.trainsAfterwards?.(size.pictures) ?? 0) * train;
  return speeds.start + pictures * speeds.decode + training + epochEnds + measuring;
}

/**
 * The plan that fits.
 *
 * @throws {ArgumentError} if not even an epoch of the smallest does, with a budget that would
 */
export function fitPlan(request: Request, speeds: Speeds): StudyPlan {
  const { specs, available, budget } = request;
  const widths = WIDTHS.filter((width) => speeds.train[width] !== undefined);
  const width = widths.findLast((width) => isWidthAffordable(request, speeds, width)) ?? widths[0]!;
  const at = (pictures: number, epochs: number): StudyPlan => planAt(request, speeds, { width, pictures, epochs });
  const ladder = pictureLadder(available.pictures);
  const pictures = ladder.findLast((pictures) => at(pictures, WANTED_EPOCHS).seconds <= budget) ?? ladder[0]!;
  const epochs = lastThat(PUBLISHED.epochs, (epochs) => at(pictures, epochs).seconds <= budget);
  if (epochs > 0) return at(pictures, epochs);
  throw new ArgumentError(
    `budget: expected at least ${Math.ceil(at(pictures, 1).seconds / 60)} minutes more than measuring took, for ${specs.length} runs on this machine, got ${(budget / 60).toFixed(1)}. Give more, or fewer pictures.`,
  );
}

/** Whether all runs can see the wanted number of pictures the wanted number of times with an encoder of this width. */
export function isWidthAffordable(request: Request, speeds: Speeds, width: number): boolean {
  const pictures = Math.min(WANTED_PICTURES, request.available.pictures);
  return planAt(request, speeds, { width, pictures, epochs: WANTED_EPOCHS }).seconds <= request.budget;
}

function planAt(
  { specs, available, budget }: Request,
  speeds: Speeds,
  size: Omit<StudySize, 'testPictures'>,
): StudyPlan {
  const secondsEach = speeds.decode + speeds.train[size.width]! / 3;
  const affordable = (TEST_SHARE * budget) / specs.length / secondsEach;
  const testPictures =
    pictureLadder(available.testPictures).findLast((rung) => rung <= affordable) ??
    Math.min(available.testPictures, LEAST_TEST);
  return planOf(specs, { ...size, testPictures }, speeds);
}

/** 1, 2, 3, 5 and 7 times powers of ten from 1,000 on, as far as they are below all; and all. */
export function pictureLadder(all: number): number[] {
  const rungs: number[] = [];
  for (let power = 1000; power < all; power *= 10) rungs.push(...[1, 2, 3, 5, 7].map((digit) => digit * power));
  return [...rungs.filter((rung) => rung < all), all];
}

/** The largest number up to `most` for which something holds that holds for all smaller ones, too; 0 if for none. */
function lastThat(most: number, holds: (number: number) => boolean): number {
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
