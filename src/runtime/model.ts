/** @file An ONNX model from a file, such as an exported encoder. */

import { DeviceError } from '../core/errors.js';
import { type Backend, sessionOptions } from './device.js';
import { InferenceSession, Tensor } from './onnxruntime.js';

/** A model with one input and one output whose first extents are the batch, of any size. */
export class Model {
  readonly #session: InferenceSession;

  private constructor(session: InferenceSession) {
    this.#session = session;
  }

  /**
   * @param source path of an ONNX file, or its bytes
   * @throws {DeviceError} if the runtime cannot load it
   */
  static async load(source: string | Uint8Array, backend: Backend): Promise<Model> {
    try {
      // The overloads take a path or bytes, not their union.
      return new Model(await InferenceSession.create(source as string, sessionOptions(backend)));
    } catch (error) {
      throw new DeviceError(`encoder: expected an ONNX model the runtime can load, got: ${(error as Error).message}`);
    }
  }

  /**
   * @param x float32[shape]
   * @returns the output, float32[batch, ...]
   */
  async run(x: Float32Array, shape: readonly number[]): Promise<Float32Array> {
    const [inputName] = this.#session.inputNames as [string];
    const [outputName] = this.#session.outputNames as [string];
    const results = await this.#session.run({ [inputName]: new Tensor('float32', x, shape) });
    return results[outputName]!.data as Float32Array;
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}
