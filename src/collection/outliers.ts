/** @file How alone each picture is. */
import type { Neighbours } from '../search/neighbours.js';

/** Neighbours that tell how alone a picture is, and where it belongs on the map; UMAP's usual number. */
export const NUM_AROUND = 15;

/**
 * Mean distance of each picture to its nearest others, where distance is 1 − cosine.
 *
 * @param neighbours of every row, as `nearestOfEach` finds them
 * @param numRows how many rows that is
 * @returns float32[numRows], in [0, 2]; 0 for a picture that is the only one
 */
export function outlierScores({ indices, scores, k }: Neighbours, numRows: number): Float32Array {
  return Float32Array.from({ length: numRows }, (_, row) => {
    let sum = 0;
    let count = 0;
    for (let i = row * k; i < (row + 1) * k; i++) {
      if (indices[i]! < 0) continue;
      sum += distance(scores[i]!);
      count++;
    }
    return count === 0 ? 0 : sum / count;
  });
}

/**
 * The rows by descending score, equal scores by ascending row.
 *
 * @param scores float32[n], of `outlierScores`
 */
export function mostIsolated(scores: Float32Array): Int32Array {
  return Int32Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);
}

/** 1 − cosine; rounding may take the cosine of unit vectors a little beyond 1. */
export function distance(cosine: number): number {
  return Math.max(0, 1 - cosine);
}
