/** @file Weighted k-nearest-neighbour classification (Wu et al. 2018, 3.4). */

import { ArgumentError } from '../core/errors.js';
import type { Neighbours } from './neighbours.js';

/** Temperature of the votes where accuracies are told: the paper's, whatever the training's. */
export const VOTE_TAU = 0.07;

export interface KnnVote extends Neighbours {
  /** int32[n], class of each row in [0, numClasses), or −1 for a row without a label, which has no vote. */
  readonly labels: Int32Array;
  /** >= 1 */
  readonly numClasses: number;
  /** Temperature τ, > 0; the official code takes that of the training. */
  readonly tau: number;
}

/**
 * Lets the neighbours of each query vote for their classes: class c gets Σ exp(s/τ) over its neighbours of score s.
 *
 * The votes of a query are divided by their sum, so that they read as shares and none overflows at a small τ.
 *
 * @returns float64[queries, numClasses], rows that sum to one, or to zero where no neighbour has a label
 * @throws {ArgumentError} if `tau` is not positive
 */
export function knnVote({ indices, scores, k, labels, numClasses, tau }: KnnVote): Float64Array {
  if (!(tau > 0)) throw new ArgumentError(`tau: expected a number above 0, got ${tau}`);
  const numQueries = indices.length / k;
  const shares = new Float64Array(numQueries * numClasses);
  for (let query = 0; query < numQueries; query++) {
    const voters: { label: number; score: number }[] = [];
    for (let i = query * k; i < (query + 1) * k; i++) {
      const label = indices[i]! < 0 ? -1 : labels[indices[i]!]!;
      if (label >= 0) voters.push({ label, score: scores[i]! });
    }
    // A factor common to all votes cancels; this one makes the largest of them 1.
    const best = voters[0]?.score ?? 0;
    const votes = voters.map(({ score }) => Math.exp((score - best) / tau));
    const sum = votes.reduce((total, vote) => total + vote, 0);
    voters.forEach(({ label }, i) => {
      shares[query * numClasses + label]! += votes[i]! / sum;
    });
  }
  return shares;
}

/**
 * The classes of one query by descending share, equal shares by ascending class.
 *
 * @param shares float64[queries, numClasses], of `knnVote`
 * @returns all numClasses classes
 */
export function rankClasses(shares: Float64Array, numClasses: number, query: number): number[] {
  const own = shares.subarray(query * numClasses, (query + 1) * numClasses);
  return Array.from(own.keys()).sort((a, b) => own[b]! - own[a]! || a - b);
}
