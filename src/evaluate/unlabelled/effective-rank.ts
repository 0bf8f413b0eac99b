/** @file How many of their dimensions features use. */
import { eigenvalues } from './eigenvalues.js';

/**
 * Effective rank (Roy and Vetterli 2007): exp H of the eigenvalues of E[f fᵀ], divided by their sum.
 *
 * About the origin, not about the mean: features that have nearly collapsed lie in a narrow cone, and should rank near
 * one, however they are spread within it.
 *
 * @param features float32[n, dim], unit rows
 * @returns in [1, min(n, dim)]: 1 where all features are the same, k where they take k directions at right angles equally
 *   often; NaN without features, or if all are zero
 */
export function effectiveRank(features: Float32Array, dim: number): number {
  const moments = eigenvalues(secondMoments(features, dim));
  const sum = moments.reduce((total, value) => total + value, 0);
  const entropy = moments.reduce((total, value) => {
    const share = value / sum;
    // Rounding leaves some that are zero a little below it.
    return share <= 0 ? total : total - share * Math.log(share);
  }, 0);
  return Math.exp(entropy);
}

/** Σ f fᵀ, float64[dim, dim]. */
function secondMoments(features: Float32Array, dim: number): Float64Array {
  const sums = new Float64Array(dim * dim);
  for (let start = 0; start < features.length; start += dim) {
    for (let i = 0; i < dim; i++) {
      const value = features[start + i]!;
      for (let j = 0; j <= i; j++) sums[i * dim + j]! += value * features[start + j]!;
    }
  }
  for (let i = 0; i < dim; i++) for (let j = 0; j < i; j++) sums[j * dim + i] = sums[i * dim + j]!;
  return sums;
}
