/** @file A layout at once: the two principal components. */
import { Random } from '../../core/random.js';
import { dot, normalizeRows } from '../../core/vector.js';

/** So many rows, evenly spread, tell the directions of all to within what an eye sees. */
const SAMPLE = 8192;
const ITERATIONS = 60;

/**
 * Projects features on the two directions in which they vary most.
 *
 * @param features float32[n, dim]
 * @returns float32[n, 2] in [−1, 1], not stretched; zeros where all features are the same
 */
export function layoutPca(features: Float32Array, dim: number): Float32Array {
  const n = features.length / dim;
  const mean = meanRow(features, dim);
  const covariance = covarianceOf(features, dim, mean);
  const axes = principalAxes(covariance, dim);
  const offset = [0, 1].map((axis) => dot(mean, 0, axes, axis * dim, dim));
  const layout = new Float32Array(2 * n);
  for (let row = 0; row < n; row++) {
    for (const axis of [0, 1]) {
      layout[2 * row + axis] = dot(features, row * dim, axes, axis * dim, dim) - offset[axis]!;
    }
  }
  return fitToSquare(layout);
}

/**
 * Moves a layout to the middle of the square [−1, 1]² and scales it, the same both ways, until it fills it; in place.
 *
 * @param layout float32[n, 2]
 */
export function fitToSquare(layout: Float32Array): Float32Array {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  layout.forEach((value, i) => {
    low[i % 2] = Math.min(low[i % 2]!, value);
    high[i % 2] = Math.max(high[i % 2]!, value);
  });
  const half = Math.max(high[0]! - low[0]!, high[1]! - low[1]!) / 2;
  layout.forEach((value, i) => {
    // Less than rounding leaves of features that are all the same is no extent.
    layout[i] = half > 1e-6 ? (value - (low[i % 2]! + high[i % 2]!) / 2) / half : 0;
  });
  return layout;
}

function meanRow(features: Float32Array, dim: number): Float32Array {
  const sums = new Float64Array(dim);
  for (let start = 0; start < features.length; start += dim) {
    for (let i = 0; i < dim; i++) sums[i]! += features[start + i]!;
  }
  return Float32Array.from(sums, (sum) => (sum * dim) / features.length);
}

/** float32[dim, dim], not divided by the number of rows, which changes no direction. */
function covarianceOf(features: Float32Array, dim: number, mean: Float32Array): Float32Array {
  const n = features.length / dim;
  const step = Math.max(1, n / SAMPLE);
  const sums = new Float64Array(dim * dim);
  const centred = new Float64Array(dim);
  for (let place = 0; place < n; place += step) {
    const start = Math.floor(place) * dim;
    for (let i = 0; i < dim; i++) centred[i] = features[start + i]! - mean[i]!;
    for (let i = 0; i < dim; i++) {
      const value = centred[i]!;
      for (let j = 0; j <= i; j++) sums[i * dim + j]! += value * centred[j]!;
    }
  }
  return Float32Array.from(sums, (_, at) => {
    const [i, j] = [Math.floor(at / dim), at % dim];
    return sums[Math.max(i, j) * dim + Math.min(i, j)]!;
  });
}

/** The two leading eigenvectors, by orthogonal iteration; float32[2, dim]. */
function principalAxes(covariance: Float32Array, dim: number): Float32Array {
  const random = new Random(0, 'sample');
  let axes = Float32Array.from({ length: 2 * dim }, () => random.normal());
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    orthonormalize(axes, dim);
    axes = Float32Array.from(axes, (_, i) => dot(covariance, (i % dim) * dim, axes, Math.floor(i / dim) * dim, dim));
  }
  orthonormalize(axes, dim);
  return axes;
}

/** Gram and Schmidt, for two rows, in place. */
function orthonormalize(axes: Float32Array, dim: number): void {
  normalizeRows(axes.subarray(0, dim), dim);
  const overlap = dot(axes, 0, axes, dim, dim);
  for (let i = 0; i < dim; i++) axes[dim + i]! -= overlap * axes[i]!;
  normalizeRows(axes.subarray(dim), dim);
}
