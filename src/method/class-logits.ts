/** @file From pictures to the classes of the supervised loss, without training. */
import { matmul } from '../graph/ops/linear.js';
import { input, type Outputs } from '../graph/value.js';
import type { Encoder } from '../nn/encoders/encoder.js';
import type { Variables } from '../nn/variables.js';
import type { EncodeOptions } from './encode.js';
import { headWeight } from './parametric.js';

/**
 * Input `images` float32[batch, 3, size, size], output `logits` float32[batch, numClasses]: w_c·v, of which the softmax
 * is the P(c|v) that the loss `supervised` trains (see `parametricSoftmaxLoss`).
 *
 * @param variables of the encoder
 * @param head of the loss
 */
export function classLogitsGraph(
  encoder: Encoder,
  { batch, size }: EncodeOptions,
  variables: Variables,
  head: Variables,
  numClasses: number,
): Outputs {
  const v = encoder.build(variables, input('images', [batch, 3, size, size]));
  return { logits: matmul(v, headWeight(head, numClasses, v.shape[1]!), { transB: true }) };
}
