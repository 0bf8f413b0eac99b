/** @file Weights to start from, out of a file. */
import { extname } from 'node:path';
import { ArgumentError, DataError } from '../core/errors.js';
import { firstNotFinite } from '../core/vector.js';
import { encodeGraph } from '../method/encode.js';
import type { Encoder } from '../nn/encoders/encoder.js';
import { type FittedWeights, fitWeights, type GivenTensor } from '../nn/init-weights.js';
import { Variables } from '../nn/variables.js';
import { readOnnxWeights } from '../store/tensors/onnx-weights.js';
import { readSafetensors } from '../store/tensors/safetensors.js';
import type { Tensors } from '../store/tensors/tensor.js';

/**
 * Reads a file of weights and fits it to an encoder.
 *
 * @param path ends in .safetensors, or .onnx for an encoder that was exported
 * @param size side of the training's pictures, in pixels
 * @throws {ArgumentError} if it ends in anything else
 * @throws {DataError} if it cannot be read, does not fit, or a weight is infinite or no number
 */
export async function initialWeights(path: string, encoder: Encoder, size: number): Promise<FittedWeights> {
  const variables = new Variables('evaluation');
  encodeGraph(encoder, { batch: 1, size }, variables);
  const given = new Map<string, GivenTensor>();
  for (const [name, { shape, data }] of await readTensors(path)) {
    if (!(data instanceof Float32Array || data instanceof Float64Array)) continue;
    // As the encoder would have it: what is too large for a float32 is infinite.
    const numbers = Float32Array.from(data);
    const place = firstNotFinite(numbers);
    if (place >= 0) {
      throw new DataError(
        `${path}: ${name}: expected finite weights, got ${data[place]}. Give a file of a training that has not diverged.`,
      );
    }
    given.set(name, { shape, data: numbers });
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
