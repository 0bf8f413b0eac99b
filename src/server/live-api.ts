/** @file What the service tells of a training, as schemas: metrics after each epoch, progress, and the events of a stream. */
import { z } from 'zod';
import { MapStatus, Neighbour, Run, ServedPicture } from './api.js';

/** What became of a number in JSON that was none: a training has diverged. */
const Measured = z.number().nullable();

/** One line of a run's metrics; see EpochRecord in run/events.ts. */
export const EpochMetrics = z.object({
  epoch: z.number(),
  step: z.number(),
  loss: Measured,
  similarity: Measured,
  norm: Measured,
  uniformity: Measured,
  knn: z.number().optional(),
  /** How the vote is taken; old runs did not record it: there k is 200 and tau that of the training. */
  knnOf: z.object({ k: z.number(), tau: z.number(), rows: z.number() }).optional(),
  /** Epochs up to this one whose loss was no better than that of guessing, if there are any. */
  guessing: z.number().optional(),
  lr: z.number(),
  picturesPerSecond: z.number(),
  seconds: z.number(),
  /** Of several ranks: how many, and the part of the time that went into what they told one another. */
  ranks: z.int().optional(),
  communication: z.number().optional(),
  /**
   * What a handful of fixed training pictures find in the bank after this epoch, best first; of them and their
   * neighbours those that are in the collection. Old runs did not record it.
   */
  queries: z.array(z.object({ picture: ServedPicture, neighbours: z.array(Neighbour) })).optional(),
});
export type EpochMetrics = z.infer<typeof EpochMetrics>;

export const Metrics = z.object({
  /** One an epoch. */
  records: z.array(EpochMetrics),
});
export type Metrics = z.infer<typeof Metrics>;

/** Of the training that goes on now. */
export const Progress = z.object({
  step: z.number(),
  steps: z.number(),
  epoch: z.number(),
  epochs: z.number(),
  loss: Measured,
  similarity: Measured,
  lr: z.number(),
  picturesPerSecond: z.number(),
  waiting: z.number(),
  /** Of several ranks: part of the time that goes into what they tell one another. */
  communication: z.number().optional(),
  secondsLeft: z.number(),
  /** Once all steps are done: pictures that the final encoder has encoded. */
  encoding: z.object({ done: z.int(), of: z.int() }).optional(),
});
export type Progress = z.infer<typeof Progress>;

/** What the stream of events carries, by event name. */
export const LiveEvents = {
  /** With where features come from, or the number of the last update of the pictures, when that has changed. */
  state: Run.pick({ state: true }).extend({ source: Run.shape.source.optional(), update: z.int().optional() }),
  epoch: EpochMetrics,
  progress: Progress,
  map: MapStatus,
} as const;
export type LiveEvents = { readonly [Name in keyof typeof LiveEvents]: z.infer<(typeof LiveEvents)[Name]> };
