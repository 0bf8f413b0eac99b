/** @file From pictures to features, without training: the encoder and the L2 norm after it. */
import { toOnnx } from '../graph/onnx.js';
import { input, type Outputs } from '../graph/value.js';
import type { Encoder } from '../nn/encoders/encoder.js';
import { l2Normalize } from '../nn/rows.js';
import { Variables } from '../nn/variables.js';

export interface EncodeOptions {
  readonly batch: number;
  readonly size: number;
}

/** Input `images` float32[batch, 3, size, size], output `features` float32[batch, dim]; the parameters are inputs too. */
export function encodeGraph(encoder: Encoder, { batch, size }: EncodeOptions, variables: Variables): Outputs {
  return { features: l2Normalize(encoder.build(variables, input('images', [batch, 3, size, size]))) };
}

/**
 * The statistics of batch normalisation of a batch, variances unbiased, by the names of the buffers that keep them.
 *
 * Inputs: `images` float32[batch, 3, size, size], and the parameters.
 */
export function statisticsGraph(encoder: Encoder, options: EncodeOptions): Outputs {
  const variables = new Variables('training');
  encodeGraph(encoder, options, variables);
  return Object.fromEntries(variables.batchStatistics);
}

/**
 * The encoder as an ONNX model that stands alone: weights inside, batch normalisation folded in, any batch size.
 *
 * @param weights parameters and buffers by name
 * @param metadata carried in the model, e.g. the preprocessing it expects
 */
export function encoderOnnx(
  encoder: Encoder,
  size: number,
  weights: ReadonlyMap<string, Float32Array>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  return toOnnx(encodeGraph(encoder, { batch: 1, size }, new Variables('folded', weights)), {
    metadata,
    anyBatch: true,
  });
}
