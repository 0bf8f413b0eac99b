/** @file Weights to start from, out of a file. */
import { extname } from 'node:path';
import { ArgumentError } from '../core/errors.js';
import { encodeGraph } from '../method/encode.js';
import type { Encoder } from '../nn/encoders/encoder.js';
import { type FittedWeights, fitWeights, type GivenTensor } from '../nn/init-weights.js';
import { Variables } from '../nn/variables.js';
import { readOnnxWeights } from '../store/onnx-weights.js';
import { readSafetensors } from '../store/safetensors.js';
import type { Tensors } from '../store/tensor.js';

/**
 * Reads a file of weights and fits it to an encoder.
 *
 * @param path ends in .safetensors, or .onnx for an encoder that was exported
 * @param size side of the training's pictures, in pixels
 * @throws {ArgumentError} if it ends in anything else
 * @throws {DataError} if it cannot be read, or does not fit
 */
export async function initialWeights(path: string, encoder: Encoder, size: number): Promise<FittedWeights> {
  const variables = new Variables('evaluation');
  encodeGraph(encoder, { batch: 1, size }, variables);
  const given = new Map<string, GivenTensor>();
  for (const [name, { shape, data }] of await readTensors(path)) {
    if (data instanceof Float32Array || data instanceof Float64Array)
      given.set(name, { shape, data: Float32Array.from(data) });
  }
  return fitWeights(encoder, variables, given, path);
}

async function readTensors(path: string): Promise<Tensors> {
  const extension = extname(path).toLowerCase();
  if (extension === '.safetensors') return (await readSafetensors(path)).tensors;
  if (extension === '.onnx') return readOnnxWeights(path);
  throw new ArgumentError(
    `init: expected a file ending in .safetensors or .onnx, got ${path}. In Python: safetensors.torch.save_file(model.state_dict(), 'weights.safetensors').`,
  );
}
