/** @file Rows of trials, summed up: each set over its seeds, all sets together, and the worst of them. */
import { z } from 'zod';
import type { Budget } from './learn-plan.js';
import type { LearnRow } from './learn-trial.js';

/** What is compared: the vote of 20 neighbours, that of 200, or a linear classifier. */
export type LearnMeasure = 'knn20' | 'knn200' | 'linear';

/** Figures that others have measured, in [0, 1], by set and name, such as those of a pretrained network. */
export const referencesSchema = z.record(
  z.string(),
  z.record(z.string(), z.partialRecord(z.enum(['knn20', 'knn200', 'linear']), z.number().min(0).max(1))),
);
export type References = z.infer<typeof referencesSchema>;

/** One variation with one budget on one set. */
export interface SetResult {
  readonly set: string;
  readonly variation: string;
  readonly budget: Budget;
  /** Seeds that were trained to the end, and those that failed. */
  readonly numSeeds: number;
  readonly numFailed: number;
  /** Over the seeds: mean, least and greatest. */
  readonly mean: number;
  readonly spread: readonly [number, number];
  /** Minutes of training, mean over the seeds. */
  readonly minutes: number;
}

/** The same over all sets. */
export interface MeanResult {
  readonly variation: string;
  readonly budget: Budget;
  readonly mean: number;
  readonly worst: { readonly set: string; readonly mean: number };
  /** Of the sets' own. */
  readonly minutes: number;
  /** Sets that have a figure. */
  readonly numSets: number;
}

/** Each variation and budget on each set, in the order of the rows. */
export function bySet(rows: readonly LearnRow[], measured: LearnMeasure): SetResult[] {
  return groups(rows, ({ set, variation, budget }) => [set, variation, budget]).flatMap((group) => {
    const done = group.flatMap(({ accuracies, seconds }) => (accuracies ? [{ accuracies, seconds: seconds! }] : []));
    if (done.length === 0) return [];
    const { set, variation, budget } = group[0]!;
    const figures = done.map(({ accuracies }) => accuracies[measured]);
    return [
      {
        set,
        variation,
        budget,
        numSeeds: done.length,
        numFailed: group.length - done.length,
        mean: meanOf(figures),
        spread: [Math.min(...figures), Math.max(...figures)] as const,
        minutes: meanOf(done.map(({ seconds }) => seconds / 60)),
      },
    ];
  });
}

/** Each variation and budget over the sets, each set counting as much as another. */
export function overSets(results: readonly SetResult[]): MeanResult[] {
  return groups(results, ({ variation, budget }) => [variation, budget]).map((group) => {
    const { variation, budget } = group[0]!;
    const worst = group.reduce((least, other) => (other.mean < least.mean ? other : least));
    return {
      variation,
      budget,
      mean: meanOf(group.map(({ mean }) => mean)),
      worst: { set: worst.set, mean: worst.mean },
      minutes: meanOf(group.map(({ minutes }) => minutes)),
      numSets: group.length,
    };
  });
}

function groups<Item>(items: readonly Item[], keyOf: (item: Item) => unknown): Item[][] {
  const found = new Map<string, Item[]>();
  for (const item of items) {
    const key = JSON.stringify(keyOf(item));
    const own = found.get(key);
    if (own === undefined) found.set(key, [item]);
    else own.push(item);
  }
  return [...found.values()];
}

function meanOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
