/** @file Weights to start from, out of a file. */
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { ArgumentError, DataError } from '../core/errors.js';
import { inputRefused } from '../core/system-errors.js';
import { firstNotFinite } from '../core/vector.js';
import { onnxWeights } from '../graph/from-onnx/onnx-weights.js';
import { encodeGraph } from '../method/encode.js';
import type { Encoder } from '../nn/encoders/encoder.js';
import { type FittedWeights, fitWeights, type GivenTensor } from '../nn/init-weights.js';
import { Variables } from '../nn/variables.js';
import { readSafetensors } from '../store/tensors/safetensors.js';

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

/** Tensors of floats by name; of an ONNX model whatever its precision. */
async function readTensors(
  path: string,
): Promise<ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: unknown }>> {
  const extension = extname(path).toLowerCase();
  if (extension === '.safetensors') return (await readSafetensors(path)).tensors;
  if (extension === '.onnx') return readOnnx(path);
  throw new ArgumentError(
    `init: expected a file ending in .safetensors or .onnx, got ${path}. In Python: safetensors.torch.save_file(model.state_dict(), 'weights.safetensors').`,
  );
}

async function readOnnx(path: string): Promise<ReturnType<typeof onnxWeights>> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw inputRefused(path, 'a file that can be read', error);
  });
  try {
    return onnxWeights(bytes);
  } catch (error) {
    throw new DataError(`${path}: ${(error as Error).message}`, { cause: error });
  }
}
