/** @file Numbers that grow evenly with the size of a batch: found at three sizes, known at every one. */
import { sameShape } from './value.js';

/** Sizes of batches at which a graph is tried. One is not among them: an extent of 1 may be broadcast, others may not. */
export const TRIED_BATCHES = [2, 3, 5] as const;

/**
 * @param lists numbers at each of `TRIED_BATCHES`
 * @returns them for any batch; undefined if they do not grow evenly
 */
export function evenly(lists: readonly (readonly number[])[]): ((batch: number) => number[]) | undefined {
  const [b0, b1, b2] = TRIED_BATCHES;
  const [at0, at1, at2] = lists as readonly [readonly number[], readonly number[], readonly number[]];
  if (lists.some(({ length }) => length !== at0.length)) return undefined;
  const slopes = at0.map((value, i) => (at1[i]! - value) / (b1 - b0));
  const at = (batch: number): number[] => at0.map((value, i) => value + slopes[i]! * (batch - b0));
  return sameShape(at(b2), at2) ? at : undefined;
}
