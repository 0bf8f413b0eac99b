/** @file Similarities of features with negatives: bank rows that were drawn. */
import { mul } from '../graph/ops/elementwise.js';
import { gather } from '../graph/ops/indexing.js';
import { matmul } from '../graph/ops/linear.js';
import { sum } from '../graph/ops/reduce.js';
import { reshape } from '../graph/ops/shape.js';
import type { Value } from '../graph/value.js';

/**
 * Of each feature with its negatives. One matrix product if the batch shares them.
 *
 * @param features float32[batch, dim], unit rows
 * @param bank float32[n, dim], unit rows
 * @param negatives int64[m], shared by the batch, or int64[batch, m]; each in [0, n)
 * @returns float32[batch, m]
 */
export function negativeSimilarities(features: Value, bank: Value, negatives: Value): Value {
  const [batch, dim] = features.shape as [number, number];
  const rows = gather(bank, negatives);
  if (negatives.shape.length === 1) return matmul(features, rows, { transB: true });
  return sum(mul(rows, reshape(features, [batch, 1, dim])), [2]);
}
