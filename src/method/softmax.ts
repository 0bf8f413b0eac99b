/** @file Softmax losses over images: the paper's, over all rows of the bank, and one within the batch. */
import { add, mul, sub } from '../graph/ops/elementwise.js';
import { matmul } from '../graph/ops/linear.js';
import { mean } from '../graph/ops/reduce.js';
import { scalar, type Value } from '../graph/value.js';
import { logSumExp, rowDot } from './normalize.js';

/**
 * Mean of −log P(i|v) over a batch, P over all n images of the bank (Wu et al. 2018, eq. 2).
 *
 * @param features float32[batch, dim], unit rows
 * @param bank float32[n, dim], unit rows; a constant
 * @param positives float32[batch], the similarity v_i·v of each feature with its own row
 * @param tau temperature, > 0; 0.07 in the paper (3.1), 0.1 in the official CIFAR-10 recipe
 * @returns float32[], in nats; ln n for features that know nothing
 */
export function softmaxLoss(features: Value, bank: Value, positives: Value, tau: number): Value {
  // The temperature divides dim numbers a feature here, n numbers after the product.
  const logits = matmul(mul(features, scalar(1 / tau)), bank, { transB: true });
  return mean(sub(logSumExp(logits), mul(positives, scalar(1 / tau))), [0]);
}

/**
 * Mean of −log P(i|v) over a batch seen in two crops, P over the batch's own images, each standing for itself by the
 * feature of its other crop (Ye et al. 2019, "Unsupervised embedding learning via invariant and spreading instance
 * feature", without the term that also spreads features of the same crop).
 *
 * Nothing in it is older than the step. The bank's rows are up to an epoch old, and while an encoder is young and
 * changes fast, what it learns from them is mostly how to get away from its own past.
 *
 * @param first float32[batch, dim], unit rows, features of the first crops
 * @param second float32[batch, dim], of the second crops, in the same order
 * @param tau temperature, > 0; 0.1 in that paper
 * @returns float32[], in nats; ln batch for features that know nothing
 */
export function batchSoftmaxLoss(first: Value, second: Value, tau: number): Value {
  const inverseTau = scalar(1 / tau);
  const positives = mul(rowDot(first, second), inverseTau);
  const oneWay = (a: Value, b: Value): Value =>
    mean(sub(logSumExp(mul(matmul(a, b, { transB: true }), inverseTau)), positives), [0]);
  return mul(add(oneWay(first, second), oneWay(second, first)), scalar(0.5));
}
