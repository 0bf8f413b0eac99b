/** @file The one way to an encoder that pictures are encoded by: whatever `encoder.onnx` ends in, its features are these. */

import { readoutAmong } from '../method/readout.js';
import type { Backend } from '../runtime/device.js';
import { Model } from '../runtime/model.js';
import { digestOf } from '../store/files/digest.js';
import { batchEncoder } from './batch-encoder.js';
import type { PictureEncoder } from './embed.js';
import type { EncoderForm } from './encoder-form.js';
import { tryEncoder, unitOnly } from './features.js';
import { transformOf } from './transform.js';

/** An encoder that is ready to encode. */
export interface LoadedEncoder extends PictureEncoder {
  /** The encoder as an ONNX model. */
  readonly encoder: Uint8Array;
  /** SHA-256 of the encoder: features of the same key can be compared. */
  readonly encoderKey: string;
  release(): Promise<void>;
}

export interface LoadEncoderOptions {
  readonly form: EncoderForm;
  /** Parameters and buffers by name, which the model was made from. */
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly backend: Backend;
  /** Of the encoder, for errors. */
  readonly name: string;
}

/**
 * Loads an encoder and tries it.
 *
 * @param encoder an ONNX model, of `encoderFile` or `readEncoder`
 * @returns its `encode` throws NotFiniteError, a RunError, rather than give features that are not of length one
 * @throws {NotFiniteError} if it gives no feature even of noise: its training has diverged
 * @throws {DeviceError} if the runtime cannot load it
 */
export async function loadEncoder(
  encoder: Uint8Array,
  { form, weights, backend, name }: LoadEncoderOptions,
): Promise<LoadedEncoder> {
  const model = await Model.load(encoder, backend);
  const { encode, release } = batchEncoder(model, form, weights, backend);
  try {
    const transform = transformOf(form.settings, readoutAmong(weights, form.settings));
    const dim = await tryEncoder(encode, transform.size, name);
    return {
      encoder,
      encoderKey: digestOf(encoder),
      dim,
      transform,
      encode: unitOnly(encode, dim, name),
      release,
    };
  } catch (error) {
    await release();
    throw error;
  }
}
