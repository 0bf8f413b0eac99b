/** @file The loss `infonce`: the softmax over an image's own bank row and some others. */
import { formatCount } from '../../core/format.js';
import { mul, sub } from '../../graph/ops/elementwise.js';
import { mean } from '../../graph/ops/reduce.js';
import { reshape } from '../../graph/ops/reshape.js';
import { concat } from '../../graph/ops/shape.js';
import { scalar, type Value } from '../../graph/value.js';
import { logSumExp } from '../../nn/rows.js';
import type { Loss } from './loss.js';
import { checkDrawing, comparesWithSome, DRAWING, drawing, negativeSimilarities, negativesInput } from './negatives.js';
import { saidProximal, withProximal } from './proximal.js';

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

/**
 * **InfoNCE** (van den Oord et al. 2018), with the same ways of drawing:
 *
 *     −log exp(v_i·f / τ) / (exp(v_i·f / τ) + Σ_j exp(v_j·f / τ))
 *
 * It needs no Z. Later re-runs of InstDisc found it better than NCE. With `noiseWeights` it makes up for nothing: rows
 * that are drawn more often are pushed away more.
 */
export const infonce: Loss<'infonce'> = {
  name: 'infonce',
  sentence: 'told from rows drawn from the bank, by a softmax over them',
  settings: [...DRAWING, 'proximal'],
  views: 1,
  comparesRows: true,
  describe: (settings) => [`InfoNCE with ${formatCount(settings.negatives)} negatives`, ...saidProximal(settings)],
  numCompared: ({ negatives }) => negatives + 1,
  notes: ({ negatives }) => ({
    probability: comparesWithSome(negatives),
    noise: `This run draws ${negatives} negatives too, but takes the softmax over them and its own row (InfoNCE), which needs no Z.`,
  }),
  check: checkDrawing,

  build({ features, bank, positives }, settings) {
    const loss = infoNceLoss(features[0]!, bank, positives, negativesInput(settings), settings.tau);
    return { loss: withProximal(loss, positives, settings) };
  },
  start(settings, instances, rank) {
    const draw = drawing(settings, instances, rank);
    return { feed: (step, indices) => ({ negatives: draw(step, indices) }) };
  },
};
