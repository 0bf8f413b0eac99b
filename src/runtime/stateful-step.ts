/** @file A step that carries state: `next.x` of one run is the `x` of the following one. */

import { ShapeError } from '../core/errors.js';
import { NEXT } from '../graph/state.js';
import { type Outputs, sameShape, show } from '../graph/value.js';
import type { Backend } from './device.js';
import { allocate, type Feed, type Feeds, fill, type TensorData } from './feed.js';
import type { Tensor } from './onnxruntime.js';
import { Program, toTensor } from './program.js';

/**
 * One kind of step and its state, in two sets of arrays allocated once: a run reads one set and writes the other.
 *
 * Inputs that are not state, and outputs that do not replace any, are arrays too: `run` writes what it is fed into
 * `inputs`, where it stays until the next time, and results are in `outputs` after it.
 */
export class Step {
  readonly inputs: Readonly<Record<string, TensorData>>;
  readonly outputs: Readonly<Record<string, Float32Array>>;
  readonly #program: Program;
  readonly #stateNames: readonly string[];
  /** Tensors to read and tensors to write, for each of the two ways round. */
  readonly #turns: readonly { readonly feeds: Record<string, Tensor>; readonly fetches: Record<string, Tensor> }[];
  #turn = 0;

  private constructor(program: Program, constants: Readonly<Record<string, TensorData>>) {
    this.#program = program;
    const inputs: Record<string, TensorData> = {};
    const outputs: Record<string, Float32Array> = {};
    const turns = [0, 1].map(() => ({ feeds: {} as Record<string, Tensor>, fetches: {} as Record<string, Tensor> }));
    const stateNames: string[] = [];
    for (const [name, type] of program.inputs) {
      const next = program.outputs.get(NEXT + name);
      if (next && !sameShape(next.shape, type.shape)) {
        throw new ShapeError(`${NEXT}${name}: expected ${show(type)} as ${name} is, got ${show(next)}.`);
      }
      if (next) {
        stateNames.push(name);
        const pair = [toTensor(type, allocate(type)), toTensor(type, allocate(type))] as const;
        turns.forEach(({ feeds, fetches }, turn) => {
          feeds[name] = pair[turn]!;
          fetches[NEXT + name] = pair[1 - turn]!;
        });
      } else {
        inputs[name] = constants[name] ?? allocate(type);
        const tensor = toTensor(type, inputs[name]);
        for (const { feeds } of turns) feeds[name] = tensor;
      }
    }
    for (const [name, type] of program.outputs) {
      if (name.startsWith(NEXT) && program.inputs.has(name.slice(NEXT.length))) continue;
      const data = allocate(type) as Float32Array;
      outputs[name] = data;
      const tensor = toTensor(type, data);
      for (const { fetches } of turns) fetches[name] = tensor;
    }
    this.inputs = inputs;
    this.outputs = outputs;
    this.#turns = turns;
    this.#stateNames = stateNames;
  }

  /**
   * @param shared arrays to use for inputs of that name instead of new ones, e.g. the memory bank; read at every run
   * @param profilePrefix as for `Program.create`
   */
  static async create(
    graph: Outputs,
    backend: Backend,
    shared: Readonly<Record<string, TensorData>> = {},
    profilePrefix?: string,
  ): Promise<Step> {
    return new Step(await Program.create(graph, backend, profilePrefix), shared);
  }

  /** The state as it stands: live arrays, valid until the next run. Write into them to set it. */
  get state(): ReadonlyMap<string, Float32Array> {
    const { feeds } = this.#turns[this.#turn]!;
    return new Map(this.#stateNames.map((name) => [name, feeds[name]!.data as Float32Array]));
  }

  /**
   * Sets state: where a training begins, or goes on.
   *
   * @param values by name; the rest stays as it is, zero at first
   * @throws {ShapeError} if the step has no such state, or another count of numbers
   */
  load(values: Iterable<readonly [name: string, numbers: Feed]>): void {
    for (const [name, numbers] of values) {
      const type = this.#program.inputs.get(name);
      const array = this.state.get(name);
      if (type === undefined || array === undefined) {
        throw new ShapeError(
          `${name}: expected the name of a state, got none of ${[...this.state.keys()].join(', ')}.`,
        );
      }
      fill(array, numbers, name, type);
    }
  }

  /**
   * Runs once: reads inputs and state, writes `outputs` and the next state.
   *
   * @param feeds what is written into `inputs` before
   * @returns `outputs`
   * @throws {ShapeError} if there is no such input, or it has another count of numbers
   */
  async run(feeds: Feeds = {}): Promise<Readonly<Record<string, Float32Array>>> {
    for (const [name, feed] of Object.entries(feeds)) {
      const target = this.inputs[name];
      if (target === undefined) {
        throw new ShapeError(
          `${name}: expected the name of an input, got none of ${Object.keys(this.inputs).join(', ')}.`,
        );
      }
      fill(target, feed, name, this.#program.inputs.get(name)!);
    }
    const { feeds: read, fetches } = this.#turns[this.#turn]!;
    await this.#program.runInto(read, fetches);
    this.#turn = 1 - this.#turn;
    return this.outputs;
  }

  /** Has the runtime write its profile, if it is making one. */
  endProfiling(): void {
    this.#program.endProfiling();
  }

  async release(): Promise<void> {
    await this.#program.release();
  }
}
