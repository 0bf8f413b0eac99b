/** @file Noise-contrastive estimation of the non-parametric softmax. */
import { add, div, exp, greater, log, mul, neg, stopGradient, sub, where } from '../graph/ops/elementwise.js';
import { gather } from '../graph/ops/indexing.js';
import { matmul } from '../graph/ops/linear.js';
import { mean, sum } from '../graph/ops/reduce.js';
import { reshape } from '../graph/ops/shape.js';
import { scalar, type Value } from '../graph/value.js';

export interface NceOptions {
  /** Temperature, > 0; 0.07 in the paper. */
  readonly tau: number;
}

/**
 * NCE loss of one batch against m negatives, whose noise is uniform: P_n = 1/n.
 *
 * Estimates −log P(i|v) without the sum over all n images (Wu et al. 2018, eq. 4–7). Everything is scaled by n, so
 * that no float is near 1/n: with p = n·P = exp(s/τ) / (Z/n), h = p / (p + m).
 *
 * @param features float32[batch, dim], unit rows
 * @param bank float32[n, dim], unit rows; a constant
 * @param positives float32[batch], the similarity of each feature with its own row
 * @param negatives int64[m], shared by the batch, or int64[batch, m]; each in [0, n)
 * @param z float32[], Z/n; where it is 0, this batch's own estimate is used in its place
 * @returns loss float32[], mean over the batch of the sum over negatives, in nats; estimate float32[], of Z/n
 */
export function nceLoss(
  features: Value,
  bank: Value,
  positives: Value,
  negatives: Value,
  z: Value,
  { tau }: NceOptions,
): { readonly loss: Value; readonly estimate: Value } {
  const m = negatives.shape.at(-1)!;
  const weights = exp(mul(similarities(features, bank, negatives), scalar(1 / tau)));
  const estimate = stopGradient(mean(weights, [0, 1]));
  const scale = where(greater(z, scalar(0)), z, estimate);

  const positive = sub(mul(positives, scalar(1 / tau)), log(scale));
  const logHPositive = sub(positive, log(add(exp(positive), scalar(m))));
  const logNotHNegative = neg(log(add(div(div(weights, scale), scalar(m)), scalar(1))));
  const loss = neg(mean(add(logHPositive, sum(logNotHNegative, [1])), [0]));
  return { loss, estimate };
}

/** Of each feature with its negatives: float32[batch, m]. One matrix product if the batch shares them. */
function similarities(features: Value, bank: Value, negatives: Value): Value {
  const [batch, dim] = features.shape as [number, number];
  const rows = gather(bank, negatives);
  if (negatives.shape.length === 1) return matmul(features, rows, { transB: true });
  return sum(mul(rows, reshape(features, [batch, 1, dim])), [2]);
}

/** Z/n of independent random unit vectors, whose similarity is nearly normal with variance 1/dim: exp(1 / (2·dim·τ²)). */
export function closedFormZ(dim: number, tau: number): number {
  return Math.exp(1 / (2 * dim * tau * tau));
}
