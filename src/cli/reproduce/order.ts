/** @file Whether rows come out in the paper's order, with differences that chance can make counted as ties. */
import type { MeasuredRow } from '../../experiments/experiment.js';

/** What became of a pair of rows that the paper ranks. */
export interface Pair {
  /** Label of the row that the paper has lower, and of the one it has higher. */
  readonly lower: string;
  readonly higher: string;
  /** Here: the higher less the lower. */
  readonly difference: number;
  readonly outcome: 'same' | 'tie' | 'reversed';
}

/** Standard error of an accuracy that was counted on some test pictures. */
export function standardError(accuracy: number, numTest: number): number {
  return Math.sqrt((accuracy * (1 - accuracy)) / numTest);
}

/** Whether a difference of two accuracies is less than two standard errors of the less certain one. */
export function isTie(a: number, b: number, numTest: number): boolean {
  return Math.abs(a - b) < 2 * Math.max(standardError(a, numTest), standardError(b, numTest));
}

/** All pairs of rows with different figures in the paper that were both measured, in the paper's order. */
export function comparePairs(
  rows: readonly MeasuredRow[],
  paper: Readonly<Record<string, Readonly<Record<string, number>>>>,
  column: string,
  numTest: number,
): Pair[] {
  const ranked = rows
    .flatMap(({ label, values }) => {
      const [ours, theirs] = [values[column], paper[label]?.[column]];
      return ours === undefined || theirs === undefined ? [] : [{ label, ours, theirs }];
    })
    .sort((a, b) => a.theirs - b.theirs);
  return ranked.flatMap((lower, i) =>
    ranked
      .slice(i + 1)
      .filter((higher) => higher.theirs > lower.theirs)
      .map((higher): Pair => {
        const difference = higher.ours - lower.ours;
        const outcome = isTie(higher.ours, lower.ours, numTest) ? 'tie' : difference > 0 ? 'same' : 'reversed';
        return { lower: lower.label, higher: higher.label, difference, outcome };
      }),
  );
}
