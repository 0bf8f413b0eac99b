/** @file From pictures to features, without training: the encoder and the L2 norm after it. */
import { lowerToOnnx } from '../graph/lower.js';
import { toOnnx } from '../graph/onnx.js';
import { concat } from '../graph/ops/shape.js';
import { share } from '../graph/share.js';
import { input, type Outputs, type Value } from '../graph/value.js';
import type { Encoder } from '../nn/encoders/encoder.js';
import { l2Normalize } from '../nn/rows.js';
import { Variables } from '../nn/variables.js';
import { describe, type ReadoutOf, type ReadoutSettings, readOut } from './readout.js';

export interface EncodeOptions {
  readonly batch: number;
  /** Side of the crops of training, in pixels. */
  readonly size: number;
}

/**
 * Input `images` float32[batch, 3, side, side], output `features` float32[batch, dim]; the parameters are inputs too.
 *
 * @param readout without it the features are those that are trained, and `side` is `size`; with it so many times as much
 *   as its `zoom` says
 */
export function encodeGraph(
  encoder: Encoder,
  { batch, size }: EncodeOptions,
  variables: Variables,
  readout?: ReadoutOf,
): Outputs {
  if (readout === undefined) {
    return { features: l2Normalize(encoder.build(variables, input('images', [batch, 3, size, size]))) };
  }
  return { features: readOut(describeGraph(encoder, { batch, size }, variables, readout.settings), readout) };
}

/** The same input, and an output for each block of descriptors that a readout is made of, in order, by its name. */
export function describeGraph(
  encoder: Encoder,
  { batch, size }: EncodeOptions,
  variables: Variables,
  settings: ReadoutSettings,
): Readonly<Record<string, Value>> {
  const side = settings.zoom * size;
  return describe(encoder, variables, input('images', [batch, 3, side, side]), settings).blocks;
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
  readout?: ReadoutOf,
): Uint8Array {
  const graph = (batch: number): Outputs => {
    const outputs = lowerToOnnx(encodeGraph(encoder, { batch, size }, new Variables('folded', weights), readout));
    // What looks twice has its weights once. What looks once keeps the bytes it has always had.
    return readout !== undefined && readout.settings.zoom > 1 ? share(outputs) : outputs;
  };
  return toOnnx(graph, { metadata });
}

/**
 * A model of all that a readout is made of, side by side in the order of `describeGraph`: float32[batch, …] for any batch.
 *
 * @param weights parameters and buffers by name
 */
export function describerOnnx(
  encoder: Encoder,
  size: number,
  weights: ReadonlyMap<string, Float32Array>,
  settings: ReadoutSettings,
): Uint8Array {
  return toOnnx((batch: number): Outputs => {
    const blocks = describeGraph(encoder, { batch, size }, new Variables('folded', weights), settings);
    return lowerToOnnx({ descriptors: concat(Object.values(blocks), 1) });
  });
}
