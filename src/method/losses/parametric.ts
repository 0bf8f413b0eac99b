/** @file The loss `parametric`: a softmax with weights of its own, the baseline the paper starts from. */
import { formatBytes } from '../../core/format.js';
import { sub } from '../../graph/ops/elementwise.js';
import { gather } from '../../graph/ops/indexing.js';
import { matmul } from '../../graph/ops/linear.js';
import { mean } from '../../graph/ops/reduce.js';
import type { Value } from '../../graph/value.js';
import { uniformFanIn } from '../../nn/initializers.js';
import { logSumExp, rowDot } from '../../nn/rows.js';
import type { Variables } from '../../nn/variables.js';
import { amongEqual, type Loss } from './loss.js';

/** Declares the weights, a row for each image or class. @returns float32[rows, dim] */
export function headWeight(head: Variables, rows: number, dim: number): Value {
  return head.parameter('head.weight', [rows, dim], uniformFanIn(dim));
}

/**
 * Mean of −log P(i|v) over a batch, P(i|v) = exp(w_i·v) / Σ_j exp(w_j·v) (Wu et al. 2018, eq. 1).
 *
 * v is what the encoder gives, not brought to length one, and there is no temperature: w_i is free to grow. With a row
 * for each image it is the parametric instance classifier of Table 1; with a row for each class the ordinary
 * supervised one.
 *
 * @param v float32[batch, dim]
 * @param weight float32[rows, dim], trained along
 * @param targets int64[batch], the row of each picture, in [0, rows)
 * @returns float32[], in nats; ln rows for weights that know nothing
 */
export function parametricSoftmaxLoss(v: Value, weight: Value, targets: Value): Value {
  const logits = matmul(v, weight, { transB: true });
  return mean(sub(logSumExp(logits), rowDot(v, gather(weight, targets))), [0]);
}

/** Bytes of a row's number: the weight and its momentum, each held twice while a step runs. */
const BYTES = 16;

/**
 * **Parametric softmax** (eq. 1), the baseline of the paper's Table 1:
 *
 *     −log P(i|v),   P(i|v) = exp(w_i·v) / Σ_j exp(w_j·v)
 *
 * v is not brought to length one, and there is no temperature and no bias: w is free to grow. Its n rows are trained along,
 * by SGD with momentum and weight decay. Weights and momentum are held twice while a
 * step runs, 16·n·dim bytes in all (102 MB for 50,000 pictures and dim 128), and are the checkpoint's part `head`. The bank
 * is written, but not learnt from.
 */
export const parametric: Loss<'parametric'> = {
  name: 'parametric',
  sentence: 'told from all pictures, by trained weights: the paper’s baseline',
  settings: [],
  views: 1,
  isOfPictures: true,
  describe: ({ dim }, { numImages }) => [
    `softmax with a weight row for each picture (${formatBytes(BYTES * numImages * dim)} with momentum)`,
  ],
  numCompared: (_, { numImages }) => numImages,
  guessing: (_, { numImages }) => amongEqual(numImages, 'n'),
  notes: () => ({
    probability:
      'This run learns a weight row wᵢ for each picture and takes the softmax of wᵢ·v (eq. 1). The bank is written but not learnt from; the numbers below are what the paper’s loss over it would be.',
  }),
  build: ({ embeddings, indices, head }, { dim }, { numImages }) => ({
    loss: parametricSoftmaxLoss(embeddings[0]!, headWeight(head, numImages, dim), indices),
  }),
};
