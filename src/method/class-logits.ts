/** @file From pictures to the classes of a loss that learns them, without training. */
import { input, type Outputs } from '../graph/value.js';
import type { Encoder } from '../nn/encoders/encoder.js';
import type { Variables } from '../nn/variables.js';
import type { EncodeOptions } from './encode.js';
import type { Loss } from './losses/loss.js';

/**
 * Input `images` float32[batch, 3, size, size], output `logits` float32[batch, numClasses]: w_c·v, of which the softmax
 * is P(c|v).
 *
 * @param variables of the encoder
 * @param classLogits of the loss, with its weights
 */
export function classLogitsGraph(
  encoder: Encoder,
  { batch, size }: EncodeOptions,
  variables: Variables,
  classLogits: NonNullable<Loss['classLogits']>,
  head: Variables,
  numClasses: number,
): Outputs {
  return { logits: classLogits(encoder.build(variables, input('images', [batch, 3, size, size])), head, numClasses) };
}
