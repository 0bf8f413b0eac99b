/** @file Measures of features that need no labels: whether training goes well can be seen without them. */

import { Random } from '../../core/random.js';
import { dot } from '../../core/vector.js';

/**
 * Mean length of the features. It is 1, or an L2 normalisation has been forgotten.
 *
 * @param features float32[n, dim]
 */
export function meanNorm(features: Float32Array, dim: number): number {
  return meanOf(features.length / dim, (row) => Math.sqrt(dot(features, row * dim, features, row * dim, dim)));
}

/**
 * Mean similarity of each feature with its positive, e.g. the bank row of the same picture; rises in training.
 *
 * @param features float32[n, dim], unit rows
 * @param positives float32[n, dim], unit rows
 * @returns in [−1, 1]
 */
export function meanPositiveSimilarity(features: Float32Array, positives: Float32Array, dim: number): number {
  return meanOf(features.length / dim, (row) => dot(features, row * dim, positives, row * dim, dim));
}

/**
 * Uniformity: log E exp(−2‖x − y‖²) over pairs of different rows (Wang and Isola 2020, eq. 2, t = 2).
 *
 * 0 if all features are the same (collapse); lower is more evenly spread over the sphere. Taken over all pairs
 * if there are at most `maxPairs`, else over as many, drawn with `seed`.
 *
 * @param features float32[n, dim], unit rows
 * @param options.maxPairs >= 1; 20,000 pairs estimate the mean to within about a percent
 * @returns in [−8, 0]; NaN for fewer than two rows
 */
export function uniformity(features: Float32Array, dim: number, { maxPairs = 20_000, seed = 0 } = {}): number {
  const n = features.length / dim;
  const kernel = (x: number, y: number): number => {
    let squared = 0;
    for (let i = 0; i < dim; i++) squared += (features[x * dim + i]! - features[y * dim + i]!) ** 2;
    return Math.exp(-2 * squared);
  };
  const numPairs = (n * (n - 1)) / 2;
  if (numPairs <= maxPairs) {
    let sum = 0;
    for (let x = 0; x < n; x++) for (let y = 0; y < x; y++) sum += kernel(x, y);
    return Math.log(sum / numPairs);
  }
  const random = new Random(seed, 'sample');
  return Math.log(
    meanOf(maxPairs, () => {
      const x = random.integer(n);
      // One of the n − 1 others, each as likely.
      return kernel(x, (x + 1 + random.integer(n - 1)) % n);
    }),
  );
}

function meanOf(count: number, term: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += term(i);
  return sum / count;
}
