/** @file InfoNCE: the softmax over an image's own bank row and some others. */
import { mul, sub } from '../graph/ops/elementwise.js';
import { mean } from '../graph/ops/reduce.js';
import { concat, reshape } from '../graph/ops/shape.js';
import { scalar, type Value } from '../graph/value.js';
import { logSumExp } from '../nn/rows.js';
import { negativeSimilarities } from './negatives.js';

/**
 * Mean over a batch of
 *
 *     −log exp(v_i·v/τ) / (exp(v_i·v/τ) + Σ_{j of m} exp(v_j·v/τ))
 *
 * (van den Oord et al. 2018, eq. 4, over a memory bank as He et al. 2020 re-ran InstDisc). Later work found it better
 * than NCE. It has no constant Z; where the negatives are drawn by a distribution of their own, it makes up for
 * nothing: what is drawn more often is pushed away more.
 *
 * @param features float32[batch, dim], unit rows
 * @param bank float32[n, dim], unit rows; a constant
 * @param positives float32[batch], the similarity of each feature with its own row
 * @param negatives int64[m], shared by the batch, or int64[batch, m]; each in [0, n)
 * @param tau temperature, > 0
 * @returns float32[], in nats; ln(m + 1) for features that know nothing
 */
export function infoNceLoss(features: Value, bank: Value, positives: Value, negatives: Value, tau: number): Value {
  const others = negativeSimilarities(features, bank, negatives);
  const logits = mul(concat([reshape(positives, [features.shape[0]!, 1]), others], 1), scalar(1 / tau));
  return mean(sub(logSumExp(logits), mul(positives, scalar(1 / tau))), [0]);
}
