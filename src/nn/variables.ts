/** @file The named tensors of a model: parameters, which are trained, and buffers, which are carried along. */
import { ArgumentError, ShapeError } from '../core/errors.js';
import { Random } from '../core/random.js';
import { floats, type InputValue, input, type Shape, show, sizeOf, type Value } from '../graph/value.js';

/** How a tensor starts: fills `values`. */
export type Initializer = (values: Float32Array, random: Random) => void;

/** A parameter or buffer: where it enters the graph, and how it starts. */
export interface Variable {
  readonly value: InputValue;
  readonly initialize: Initializer;
}

/**
 * `training`: batch normalisation uses the batch's own statistics. `evaluation`: the running ones it has gathered.
 * `folded`: as in evaluation, with every tensor a constant and batch normalisation folded into the convolutions.
 */
export type Mode = 'training' | 'evaluation' | 'folded';

/**
 * Collects the parameters and buffers of a model while its graph is built: as inputs of that graph, or as constants.
 *
 * Names are PyTorch's (`layer2.0.conv1.weight`), so weights travel.
 */
export class Variables {
  readonly mode: Mode;
  readonly parameters = new Map<string, Variable>();
  readonly buffers = new Map<string, Variable>();
  /** What a training step makes of the buffers. */
  readonly nextBuffers = new Map<string, Value>();

  /** Where an encoder has got to, by the paper's names: conv1 to conv5, float32[batch, channels, height, width]. */
  readonly stages = new Map<string, Value>();

  /** Values worth keeping when the rest of the forward pass is computed anew for the backward pass, in order. */
  readonly checkpoints: Value[] = [];

  #isAgain = false;
  /** What stands for the tensors where they are constants. */
  readonly #folded = new Map<string, Value>();
  readonly #constants: ReadonlyMap<string, Float32Array> | undefined;

  constructor(mode: 'training' | 'evaluation');
  /** @param constants the values of all parameters and buffers */
  constructor(mode: 'folded', constants: ReadonlyMap<string, Float32Array>);
  constructor(mode: Mode, constants?: ReadonlyMap<string, Float32Array>) {
    this.mode = mode;
    this.#constants = constants;
  }

  parameter(name: string, shape: Shape, initialize: Initializer): Value {
    return this.#declare(this.parameters, name, shape, initialize);
  }

  buffer(name: string, shape: Shape, initialize: Initializer): Value {
    return this.#declare(this.buffers, name, shape, initialize);
  }

  #declare(table: Map<string, Variable>, name: string, shape: Shape, initialize: Initializer): Value {
    const before = table.get(name);
    if (this.#isAgain && before !== undefined) return this.#folded.get(name) ?? before.value;
    if (this.parameters.has(name) || this.buffers.has(name)) {
      throw new ArgumentError(
        `${name}: expected one variable of this name, got a second. Give each layer its own name.`,
      );
    }
    const value = input(name, shape);
    table.set(name, { value, initialize });
    if (this.#constants === undefined) return value;
    const constant = this.#constants.get(name);
    if (constant?.length !== sizeOf(shape)) {
      throw new ShapeError(
        `${name}: expected ${show(value)}, got ${constant ? `${constant.length} numbers` : 'nothing'}.`,
      );
    }
    const folded = floats(constant, shape, name);
    this.#folded.set(name, folded);
    return folded;
  }

  /** Builds the same model once more, on its tensors: what has a name already is taken, not declared. */
  again<T>(build: () => T): T {
    this.#isAgain = true;
    try {
      return build();
    } finally {
      this.#isAgain = false;
    }
  }

  /** Marks what the rest of the forward pass can be computed from. @returns x */
  checkpoint(x: Value): Value {
    this.checkpoints.push(x);
    return x;
  }

  /** Names what a stage of the encoder gives. @returns x */
  stage(name: string, x: Value): Value {
    this.stages.set(name, x);
    return x;
  }

  /** The parameters as values, in the order they were declared: what a loss is differentiated by. */
  get trainable(): readonly Value[] {
    return Array.from(this.parameters.values(), ({ value }) => value);
  }

  get numParameters(): number {
    return this.trainable.reduce((total, { shape }) => total + sizeOf(shape), 0);
  }

  /**
   * Starting values of all parameters and buffers, by name.
   *
   * @param seed each tensor's random numbers are a function of it and of the tensor's position
   * @param first position of the first tensor, where another model of the same seed comes before
   */
  initialValues(seed: number, first = 0): Map<string, Float32Array> {
    const variables = [...this.parameters, ...this.buffers];
    return new Map(
      variables.map(([name, { value, initialize }], i) => {
        const values = new Float32Array(sizeOf(value.shape));
        initialize(values, new Random(seed, 'init', first + i));
        return [name, values];
      }),
    );
  }
}
