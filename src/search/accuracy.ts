/** @file How often classes are right. Queries without a label do not count. */

import type { Neighbours } from './neighbours.js';

export interface TopAccuracy {
  /** float64[queries, numClasses], e.g. of `knnVote` */
  readonly shares: Float64Array;
  readonly numClasses: number;
  /** int32[queries], the true classes; −1 for none */
  readonly truth: Int32Array;
  /** How many classes may be named, >= 1; with fewer classes than that, all of them. */
  readonly top: number;
}

/**
 * The part of the queries whose true class is among the `top` of largest share.
 *
 * Equal shares are ranked by ascending class, as in `rankClasses`; but classes without any vote share the last place,
 * so that nobody is right by being listed first among those that were not named at all.
 *
 * @returns in [0, 1]; NaN if no query has a label
 */
export function topAccuracy({ shares, numClasses, truth, top }: TopAccuracy): number {
  return meanOverLabelled(
    truth,
    (query, label) => rankOf(shares, query * numClasses, numClasses, label) < Math.min(top, numClasses),
  );
}

/**
 * The mean over classes of the part of each that is right at the first guess, also called balanced accuracy: a class of
 * few queries counts as much as one of many.
 *
 * @returns in [0, 1]; classes without queries do not count, and NaN if none has any
 */
export function meanRecall({ shares, numClasses, truth }: Omit<TopAccuracy, 'top'>): number {
  const ofClass = (label: number): Int32Array => truth.map((own) => (own === label ? own : -1));
  const present = [...new Set(truth)].filter((label) => label >= 0);
  const recalls = present.map((label) => topAccuracy({ shares, numClasses, truth: ofClass(label), top: 1 }));
  return recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length;
}

/**
 * Accuracy of the label of the single nearest neighbour (1-NN).
 *
 * @param labels int32[n], class of each row; −1 for none, which is never right
 * @param truth int32[queries], the true classes; −1 for none
 * @returns in [0, 1]; NaN if no query has a label
 */
export function nearestAccuracy({ indices, k }: Neighbours, labels: Int32Array, truth: Int32Array): number {
  return meanOverLabelled(truth, (query, label) => labels[indices[query * k]!] === label);
}

/** Place of a class in its query's ranking, from 0. */
function rankOf(shares: Float64Array, start: number, numClasses: number, label: number): number {
  const own = shares[start + label]!;
  if (own === 0) return numClasses - 1;
  let rank = 0;
  for (let other = 0; other < numClasses; other++) {
    const share = shares[start + other]!;
    if (share > own || (share === own && other < label)) rank++;
  }
  return rank;
}

function meanOverLabelled(truth: Int32Array, isRight: (query: number, label: number) => boolean): number {
  let numRight = 0;
  let numLabelled = 0;
  truth.forEach((label, query) => {
    if (label < 0) return;
    numLabelled++;
    if (isRight(query, label)) numRight++;
  });
  return numRight / numLabelled;
}
