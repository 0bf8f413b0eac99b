/** @file A step that carries state: `next.x` of one run is the `x` of the following one. */

import { ShapeError } from '../core/errors.js';
import { KEPT } from '../graph/divide.js';
import { NEXT } from '../graph/state.js';
import { type Outputs, sameShape, show, type TensorType } from '../graph/value.js';
import type { Backend } from './device.js';
import { allocate, type Feed, type Feeds, fill, type TensorData } from './feed.js';
import type { Tensor } from './onnxruntime.js';
import { Program, toTensor } from './program.js';

interface Turn {
  readonly feeds: Record<string, Tensor>;
  readonly fetches: Record<string, Tensor>;
}

/**
 * One kind of step and its state, in two sets of arrays allocated once: a run reads one set and writes the other. It may be
 * in parts, which run one after the other.
 *
 * Inputs that are not state, and outputs that do not replace any, are arrays too: `run` writes what it is fed into
 * `inputs`, where it stays until the next time, and results are in `outputs` after it.
 */
export class Step {
  readonly inputs: Readonly<Record<string, TensorData>>;
  readonly outputs: Readonly<Record<string, Float32Array>>;
  readonly #types: ReadonlyMap<string, TensorType>;
  readonly #stateNames: readonly string[];
  /** Tensors to read and tensors to write, for each of the two ways round. */
  readonly #turns: readonly Turn[];
  /** The same for each part. */
  readonly #parts: readonly { readonly program: Program; readonly turns: readonly Turn[] }[];
  #turn = 0;

  private constructor(programs: readonly Program[], constants: Readonly<Record<string, TensorData>>) {
    const allInputs = new Map<string, TensorType>(programs.flatMap((program) => [...program.inputs]));
    const allOutputs = new Map(programs.flatMap((program) => [...program.outputs]));
    const inputs: Record<string, TensorData> = {};
    const outputs: Record<string, Float32Array> = {};
    const turns = [0, 1].map((): Turn => ({ feeds: {}, fetches: {} }));
    const stateNames: string[] = [];
    for (const [name, type] of allInputs) {
      const next = allOutputs.get(NEXT + name);
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
        const data = constants[name] ?? allocate(type);
        // What one part hands to another is nobody else's.
        if (!allOutputs.has(name)) inputs[name] = data;
        const tensor = toTensor(type, data);
        for (const { feeds } of turns) feeds[name] = tensor;
      }
    }
    for (const [name, type] of allOutputs) {
      if (name.startsWith(NEXT) && allInputs.has(name.slice(NEXT.length))) continue;
      const tensor = turns[0]!.feeds[name] ?? toTensor(type, allocate(type));
      if (!name.startsWith(KEPT)) outputs[name] = tensor.data as Float32Array;
      for (const { fetches } of turns) fetches[name] = tensor;
    }
    this.inputs = inputs;
    this.outputs = outputs;
    this.#types = allInputs;
    this.#turns = turns;
    this.#parts = programs.map((program) => ({
      program,
      turns: turns.map(({ feeds, fetches }) => ({
        feeds: only(feeds, program.inputs),
        fetches: only(fetches, program.outputs),
      })),
    }));
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
    return new Step([await Program.create(graph, backend, profilePrefix)], shared);
  }

  /**
   * A step in parts, between which inputs come that are made of what came before.
   *
   * @param late their names, as for `divide`
   */
  static async createParts(graph: Outputs, late: readonly (readonly string[])[], backend: Backend): Promise<Step> {
    return new Step(await Program.createParts(graph, late, backend), {});
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
      const type = this.#types.get(name);
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
   * @param between is told the number of each part but the last, from 0, once it has run: to write late inputs
   * @returns `outputs`
   * @throws {ShapeError} if there is no such input, or it has another count of numbers
   */
  async run(feeds: Feeds = {}, between?: (part: number) => void): Promise<Readonly<Record<string, Float32Array>>> {
    for (const [name, feed] of Object.entries(feeds)) {
      const target = this.inputs[name];
      if (target === undefined) {
        throw new ShapeError(
          `${name}: expected the name of an input, got none of ${Object.keys(this.inputs).join(', ')}.`,
        );
      }
      fill(target, feed, name, this.#types.get(name)!);
    }
    for (const [part, { program, turns }] of this.#parts.entries()) {
      if (part > 0) between?.(part - 1);
      const { feeds: read, fetches } = turns[this.#turn]!;
      await program.runInto(read, fetches);
    }
    this.#turn = 1 - this.#turn;
    return this.outputs;
  }

  /** Has the runtime write its profile, if it is making one. */
  endProfiling(): void {
    for (const { program } of this.#parts) program.endProfiling();
  }

  async release(): Promise<void> {
    for (const { program } of this.#parts) await program.release();
  }
}

/** The tensors of one part. */
function only(tensors: Record<string, Tensor>, names: ReadonlyMap<string, unknown>): Record<string, Tensor> {
  return Object.fromEntries(Array.from(names.keys(), (name) => [name, tensors[name]!]));
}
