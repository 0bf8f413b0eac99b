/** @file A graph, ready to run: one session of the inference runtime. */

import { DeviceError, ShapeError } from '../core/errors.js';
import { divide } from '../graph/divide.js';
import { lower } from '../graph/lower.js';
import { toOnnx } from '../graph/onnx.js';
import { type InputValue, type Outputs, type TensorType, topologicalOrder } from '../graph/value.js';
import { type Backend, sessionOptions } from './device.js';
import { type Feeds, type TensorData, toData } from './feed.js';
import { InferenceSession, Tensor } from './onnxruntime.js';

/** Wraps an array, without copying it, as the runtime wants it. */
export function toTensor(type: TensorType, data: TensorData): Tensor {
  return new Tensor(type.dtype, data, type.shape);
}

/**
 * A compiled graph. Build each once: the runtime leaks memory over many sessions.
 *
 * `run` blocks its thread until the device is done.
 */
export class Program {
  readonly inputs: ReadonlyMap<string, InputValue>;
  readonly outputs: ReadonlyMap<string, TensorType>;
  readonly #session: InferenceSession;

  private constructor(session: InferenceSession, outputs: Outputs) {
    this.#session = session;
    this.inputs = inputsOf(outputs);
    this.outputs = new Map(Object.entries(outputs));
  }

  /**
   * @param profilePrefix path that the name of a profile begins with; if given, the runtime writes one (see `profile.ts`)
   * @throws {DeviceError} if the runtime refuses the graph
   */
  static async create(outputs: Outputs, backend: Backend, profilePrefix?: string): Promise<Program> {
    return Program.#compile(outputs, lower(outputs, backend.target), backend, profilePrefix);
  }

  /**
   * The parts of a graph, to be run one after the other.
   *
   * @param late the inputs that come between them, see `divide`
   * @throws as `create` does
   */
  static async createParts(
    outputs: Outputs,
    late: readonly (readonly string[])[],
    backend: Backend,
  ): Promise<readonly Program[]> {
    const parts = divide(lower(outputs, backend.target), late);
    return Promise.all(parts.map((part) => Program.#compile(part, part, backend)));
  }

  static async #compile(
    outputs: Outputs,
    lowered: Outputs,
    backend: Backend,
    profilePrefix?: string,
  ): Promise<Program> {
    const options = {
      ...sessionOptions(backend),
      ...(profilePrefix !== undefined && { enableProfiling: true, profileFilePrefix: profilePrefix }),
    };
    try {
      return new Program(await InferenceSession.create(toOnnx(lowered), options), outputs);
    } catch (error) {
      throw new DeviceError(`${backend.target.device}: the runtime refused a graph: ${(error as Error).message}`);
    }
  }

  /**
   * Runs the graph once.
   *
   * @param feeds numbers for each input; what the graph does not read is passed over
   * @returns a new array for each output
   * @throws {ShapeError} if an input is missing or has another count of numbers
   */
  async run(feeds: Feeds): Promise<Record<string, Float32Array>> {
    const tensors = Object.fromEntries(
      Array.from(this.inputs, ([name, type]) => [name, toTensor(type, toData(feeds[name], name, type))]),
    );
    const results = await this.#session.run(tensors);
    return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, tensor.data as Float32Array]));
  }

  /** Runs on tensors, writing into `fetches`: nothing is allocated, nothing is checked. */
  async runInto(feeds: Record<string, Tensor>, fetches: Record<string, Tensor>): Promise<void> {
    await this.#session.run(feeds, fetches);
  }

  /** Has the runtime write its profile, if it is making one. */
  endProfiling(): void {
    this.#session.endProfiling();
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}

/** The inputs a graph reads, by name. */
export function inputsOf(outputs: Outputs): Map<string, InputValue> {
  const values = [
    ...Object.values(outputs),
    ...topologicalOrder(Object.values(outputs)).flatMap(({ inputs }) => inputs),
  ];
  const inputs = new Map<string, InputValue>();
  for (const value of values) {
    if (value.kind !== 'input') continue;
    const other = inputs.get(value.name);
    if (other && other !== value) throw new ShapeError(`${value.name}: expected one input of this name, got two.`);
    inputs.set(value.name, value);
  }
  return inputs;
}
