/** @file The non-parametric softmax over all images. */
import { add, exp, log, mul, relu, sub } from '../graph/ops/elementwise.js';
import { matmul } from '../graph/ops/linear.js';
import { mean } from '../graph/ops/reduce.js';
import { scalar, type Value } from '../graph/value.js';
import { logSumExp } from './normalize.js';

/**
 * Mean of −log P(i|v) over a batch, P over all n images of the bank (Wu et al. 2018, eq. 2).
 *
 * @param features float32[batch, dim], unit rows
 * @param bank float32[n, dim], unit rows; a constant
 * @param own float32[batch], the similarity v_i·v of each feature with the row of its own image
 * @param positives float32[batch], the similarity that takes the place of `own`: `own` itself in the paper
 * @param tau temperature, > 0; 0.07 in the paper (3.1), 0.1 in the official CIFAR-10 recipe
 * @returns float32[], in nats; ln n for features that know nothing
 */
export function softmaxLoss(features: Value, bank: Value, own: Value, positives: Value, tau: number): Value {
  const scaled = (similarity: Value): Value => mul(similarity, scalar(1 / tau));
  const allRows = logSumExp(scaled(matmul(features, bank, { transB: true })));
  if (own === positives) return mean(sub(allRows, scaled(positives)), [0]);
  // log(Σ − own + positive), in units of Σ; own is one of the terms of Σ, so only rounding can make Σ − own negative.
  const others = relu(sub(scalar(1), exp(sub(scaled(own), allRows))));
  const positive = exp(sub(scaled(positives), allRows));
  return mean(sub(add(allRows, log(add(others, positive))), scaled(positives)), [0]);
}
