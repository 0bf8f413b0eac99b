/** @file The loss `batch`: a softmax within the batch. */
import { add, mul, sub } from '../../graph/ops/elementwise.js';
import { gather } from '../../graph/ops/indexing.js';
import { matmul } from '../../graph/ops/linear.js';
import { mean } from '../../graph/ops/reduce.js';
import { scalar, type Value } from '../../graph/value.js';
import { logSumExp, rowDot } from '../../nn/rows.js';
import type { Loss } from './loss.js';

/**
 * Mean over a batch seen in two crops, and over the crops, of
 *
 *     −((1 − β)·v·v' + β·v·v_i) / τ + log Σ_j exp(v·v'_j / τ)
 *
 * with v' the other crop's feature of the same image, v'_j those of all images of the batch, and v_i the image's bank
 * row. With β = 0 it is the softmax over the batch's own images, each standing for itself by its other crop (Ye et al.
 * 2019, "Unsupervised embedding learning via invariant and spreading instance feature", without the term that also
 * spreads features of the same crop). With β > 0 the bank draws, as in InstDisc, but does not push away.
 *
 * What is pushed away is never older than the step. The bank's rows are up to an epoch old, and while an encoder is
 * young and changes fast, all it learns from being pushed away from them is how to flee its own past. Being drawn to
 * its own row, the mean of what earlier epochs saw of the image, holds it back.
 *
 * A smaller crop is told from the others, and drawn, as either of the two is, by both of them, and tells none: what a
 * part of the picture shows is to be known from the whole, not the other way round (Caron et al. 2020, SwAV).
 *
 * @param crops float32[batch, dim] each, unit rows, in the same order
 * @param local the same of smaller crops, if there are any
 * @param rows float32[batch, dim], the images' bank rows; constants
 * @param bankShare β in [0, 1]
 * @param tau temperature, > 0; 0.1 in that paper
 * @returns float32[], in nats; ln batch for features that know nothing, if β is 0
 */
export function batchSoftmaxLoss(
  crops: readonly [Value, Value],
  local: readonly Value[],
  rows: Value,
  bankShare: number,
  tau: number,
): Value {
  const inverseTau = scalar(1 / tau);
  const target = (other: Value): Value =>
    bankShare === 0 ? other : add(mul(other, scalar(1 - bankShare)), mul(rows, scalar(bankShare)));
  const spread = (v: Value, other: Value): Value => logSumExp(mul(matmul(v, other, { transB: true }), inverseTau));
  const oneWay = (v: Value, other: Value): Value =>
    mean(sub(spread(v, other), mul(rowDot(v, target(other)), inverseTau)), [0]);
  const [first, second] = crops;
  const ways = [
    oneWay(first, second),
    oneWay(second, first),
    ...local.map((v) => mul(add(oneWay(v, first), oneWay(v, second)), scalar(0.5))),
  ];
  return mul(ways.reduce(add), scalar(1 / ways.length));
}

/**
 * **Within the batch**, of the recipe `folder`. Each picture of the batch is seen in two crops. The mean over both
 * crops f, with f' the other crop of the same picture and f'_j those of all pictures of the batch, of
 *
 *     −((1 − β)·f·f' + β·f·v_i) / τ + log Σ_j exp(f·f'_j / τ)
 *
 * β is `bankShare`. At 0 it is the softmax over the batch's own pictures (Ye et al. 2019, in part), and the bank is written
 * but not learnt from. Above 0 the bank draws each picture to its own row, as in InstDisc, but pushes none away: what is
 * pushed away is never older than the step. `localCrops` further, smaller crops are taken for f, too, with either of the
 * two for f', the mean of both, and are no f' (Caron et al. 2020). What this buys is in [recipe.md](recipe.md).
 */
export const batch: Loss<'batch'> = {
  name: 'batch',
  sentence: 'told from the other pictures of the same step, in two crops each',
  settings: ['bankShare', 'localCrops', 'localSize', 'localScale'],
  views: 2,
  gathers: true,
  describe: ({ bankShare, localCrops }) => [
    'softmax within the batch',
    `bank share ${bankShare}`,
    ...(localCrops > 0 ? [`${localCrops} smaller crops`] : []),
  ],
  numCompared: (settings) => settings.batch,
  notes: (settings) => ({
    probability: `This run takes the softmax over its batch, not over the bank: each of the ${settings.batch} pictures of a batch is seen in two views, and the second view’s feature stands where vᵢ stands here. Nothing that it pushes away is older than a step. What draws a view is the other view and, as far as bankShare says, its bank row; the numbers below are what the paper’s loss would be.`,
  }),
  build: ({ features, local, bank, indices }, { bankShare, tau }) => ({
    loss: batchSoftmaxLoss([features[0]!, features[1]!], local, gather(bank, indices), bankShare, tau),
  }),
};
