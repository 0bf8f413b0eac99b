/** @file The loss `softmax`: the paper's, over all rows of the bank. */
import { mul, sub } from '../../graph/ops/elementwise.js';
import { matmul } from '../../graph/ops/linear.js';
import { mean } from '../../graph/ops/reduce.js';
import { scalar, type Value } from '../../graph/value.js';
import { logSumExp } from '../../nn/rows.js';
import { amongEqual, type Loss } from './loss.js';
import { saidProximal, withProximal } from './proximal.js';

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
 * **Non-parametric softmax** (eq. 2). The mean over the batch of
 *
 *     −log P(i|f),   P(i|f) = exp(v_i·f / τ) / Σ_j exp(v_j·f / τ)
 */
export const softmax: Loss<'softmax'> = {
  name: 'softmax',
  sentence: 'told from all pictures, by their rows in the memory bank',
  settings: ['proximal'],
  views: 1,
  comparesRows: true,
  describe: (settings) => ['full softmax', ...saidProximal(settings)],
  numCompared: (_, { numImages }) => numImages,
  guessing: (_, { numImages }) => amongEqual(numImages, 'n'),
  notes: () => ({ probability: '' }),
  build: ({ features, bank, positives }, settings) => ({
    loss: withProximal(softmaxLoss(features[0]!, bank, positives, settings.tau), positives, settings),
  }),
};
