/** @file The named tensors of a model: parameters, which are trained, and buffers, which are carried along. */
import { ArgumentError } from '../core/errors.js';
import type { Random } from '../core/random.js';
import { input, type InputValue, type Shape, sizeOf, type Value } from '../graph/value.js';

/** How a tensor starts: fills `values`. */
export type Initializer = (values: Float32Array, random: Random) => void;

interface Variable {
  readonly value: InputValue;
  readonly initialize: Initializer;
}

/**
 * Collects the parameters and buffers of a model while its graph is built, as inputs of that graph.
 *
 * Names are PyTorch's (`layer2.0.conv1.weight`), so weights travel.
 */
export class Variables {
  /** Whether batch normalisation uses the batch's own statistics, or the running ones it has gathered. */
  readonly training: boolean;
  readonly parameters = new Map<string, Variable>();
  readonly buffers = new Map<string, Variable>();
  /** What a training step makes of the buffers. */
  readonly nextBuffers = new Map<string, Value>();

  constructor(mode: 'training' | 'evaluation') {
    this.training = mode === 'training';
  }

  parameter(name: string, shape: Shape, initialize: Initializer): InputValue {
    return this.#declare(this.parameters, name, shape, initialize);
  }

  buffer(name: string, shape: Shape, initialize: Initializer): InputValue {
    return this.#declare(this.buffers, name, shape, initialize);
  }

  #declare(table: Map<string, Variable>, name: string, shape: Shape, initialize: Initializer): InputValue {
    if (this.parameters.has(name) || this.buffers.has(name)) {
      throw new ArgumentError(`${name}: expected one variable of this name, got a second. Give each layer its own name.`);
    }
    const value = input(name, shape);
    table.set(name, { value, initialize });
    return value;
  }

  get numParameters(): number {
    return Array.from(this.parameters.values()).reduce((total, { value }) => total + sizeOf(value.shape), 0);
  }

  /**
   * Starting values of all parameters and buffers.
   *
   * @param randomOf the random numbers of the tensor with that position
   */
  initialValues(randomOf: (position: number) => Random): Map<string, Float32Array> {
    const variables = [...this.parameters, ...this.buffers];
    return new Map(
      variables.map(([name, { value, initialize }], position) => {
        const values = new Float32Array(sizeOf(value.shape));
        initialize(values, randomOf(position));
        return [name, values];
      }),
    );
  }
}
