/** @file Brings features of any scale to that of unit vectors. */
import type { Embeddings } from '../../store/embeddings/embeddings-format.js';

/**
 * Shifts and scales each dimension, in place, so that over the reference its mean is 0 and its variance 1 / dim: the
 * mean square of the lengths is 1. A dimension that never varies becomes 0.
 *
 * @param others change by the reference's mean and variance, too
 */
export function standardizeBy(reference: Embeddings, ...others: readonly Embeddings[]): void {
  const { dim, features } = reference;
  const numRows = features.length / dim;
  const mean = new Float64Array(dim);
  for (let i = 0; i < features.length; i++) mean[i % dim]! += features[i]! / numRows;
  const variance = new Float64Array(dim);
  for (let i = 0; i < features.length; i++) variance[i % dim]! += (features[i]! - mean[i % dim]!) ** 2 / numRows;
  const scale = variance.map((v) => (v > 0 ? 1 / Math.sqrt(v * dim) : 0));
  for (const { features: rows } of [reference, ...others]) {
    for (let i = 0; i < rows.length; i++) rows[i] = (rows[i]! - mean[i % dim]!) * scale[i % dim]!;
  }
}
