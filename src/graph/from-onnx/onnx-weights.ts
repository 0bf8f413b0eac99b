/** @file The weights of an ONNX model by name, whatever it computes with them. */
import type { Shape } from '../value.js';
import { isFloat } from './element-type.js';
import { parseOnnx } from './onnx-model.js';
import { type ExternalData, noExternal, toFloats } from './onnx-tensor.js';

/**
 * The floating-point tensors of a model's file.
 *
 * @param bytes an ONNX model
 * @param external gives the files beside it, if it has any
 * @throws {DataError} if it is no ONNX model, or damaged
 */
export function onnxWeights(
  bytes: Uint8Array,
  external: ExternalData = noExternal,
): Map<string, { readonly shape: Shape; readonly data: Float32Array }> {
  const { graph } = parseOnnx(bytes, external);
  return new Map(
    graph.tensors
      .filter(({ type }) => isFloat(type))
      .map(({ name, shape, tensor }) => [name, { shape, data: toFloats(tensor) }]),
  );
}
