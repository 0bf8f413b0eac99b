/** @file The updates of a run, as its configuration records them: what came and went, and how the training goes on since. */
import { z } from 'zod';
import type { Settings } from '../method/settings.js';

/** How a new picture's row begins: as the encoder's own feature of it, or at random. */
export const ROW_BEGINNINGS = ['encoded', 'random'] as const;
export type RowBeginning = (typeof ROW_BEGINNINGS)[number];

const count = z.int().min(0);

export const runUpdateSchema = z.strictObject({
  /** Counted from 1; the folder of the run's pictures has it in its name. */
  number: z.int().positive(),
  /** When, as ISO 8601 has it, and by which version of instdisc. */
  at: z.string(),
  version: z.string(),
  /** Steps of training behind it, and epochs that had been begun. */
  step: count,
  epoch: count,
  /** Pictures since, and how many of these, the first ones, a training has seen or goes on to see. */
  numPictures: count,
  numLearnt: count,
  /** What came and went; see PictureCounts. */
  added: count,
  changed: count,
  moved: count,
  removed: count,
  relabelled: count,
  newRows: z.enum(ROW_BEGINNINGS),
  /** Step and epoch that the schedule of the settings begins at since. The step is below 0 where it had begun before. */
  firstStep: z.int(),
  firstEpoch: count,
  /** Place of the first picture that the training draws since; left out where it draws all. */
  firstPlace: count.optional(),
  /** Rows of the bank after those of the pictures: of pictures that are gone, and kept. Left out where there are none. */
  numRemembered: count.optional(),
  /** Settings that were others before. */
  before: z.record(z.string(), z.unknown()),
});

/** An update of the pictures of a run. */
export type RunUpdate = z.infer<typeof runUpdateSchema>;

/** A run's configuration, as far as it is about updates. */
interface Updated {
  readonly updates: readonly RunUpdate[];
}

/** Where the schedule of a run's settings begins: with its first step, or since an update that has changed them. */
export type ScheduleStart = Pick<RunUpdate, 'firstStep' | 'firstEpoch'>;

export function scheduleStart({ updates }: Updated): ScheduleStart {
  const { firstStep = 0, firstEpoch = 0 } = updates.at(-1) ?? {};
  return { firstStep, firstEpoch };
}

/** Place of the first picture that a training draws. */
export function firstDrawn({ updates }: Updated): number {
  return updates.at(-1)?.firstPlace ?? 0;
}

/** Rows that a bank has after those of the pictures: they are told from, and nothing else is known of their pictures. */
export function numRememberedOf({ updates }: Updated): number {
  return updates.at(-1)?.numRemembered ?? 0;
}

/**
 * Where a schedule begins for other pictures, so that as much of it is behind them as was.
 *
 * @param step that the training is at
 * @param before, now steps of an epoch
 */
export function movedStart(
  { epochs }: Pick<Settings, 'epochs'>,
  { firstStep, firstEpoch }: ScheduleStart,
  step: number,
  { before, now }: { readonly before: number; readonly now: number },
): ScheduleStart {
  const stepsOf = (stepsPerEpoch: number): number => Math.max(1, Math.round(epochs * stepsPerEpoch));
  const done = step - firstStep;
  const isOver = done >= stepsOf(before);
  return { firstStep: step - (isOver ? stepsOf(now) : Math.floor((done / before) * now)), firstEpoch };
}
