/** @file The training step with its state: parameters, momentum, memory bank, and what the loss remembers. */

import { RunError } from '../core/errors.js';
import { fromFloat16, toFloat16 } from '../core/half.js';
import { Random } from '../core/random.js';
import { bytesOf, checkFinite } from '../core/vector.js';
import type { Batch } from '../data/batches/loader.js';
import { ALONE, type Communicator } from '../machines/communicator.js';
import { randomUnitRows } from '../method/bank.js';
import type { Instances, Loss, RunningLoss } from '../method/losses/loss.js';
import type { Settings } from '../method/settings.js';
import { MEAN, WISH } from '../method/shared-step.js';
import { type TrainingStep, trainingStep } from '../method/step.js';
import type { Encoder } from '../nn/encoders/encoder.js';
import { momentumName } from '../nn/sgd.js';
import type { Variables } from '../nn/variables.js';
import type { Backend } from '../runtime/device.js';
import { Step } from '../runtime/stateful-step.js';
import { Digest } from '../store/files/digest.js';
import type { Checkpoint, WritableCheckpoint } from '../store/run-folder/checkpoint.js';
import type { Tensor, Tensors } from '../store/tensors/tensor.js';
import { Exchange } from './exchange.js';
import { batchOfRank } from './share-of-batch.js';

/** What one step tells. */
export interface StepResult {
  readonly loss: number;
  /** Mean of v_i·f_i over the batch. */
  readonly similarity: number;
}

type TrainerState = Omit<WritableCheckpoint, 'step' | 'state'>;

export class Trainer {
  /** float32[n, dim], unit rows, one for each picture, and after them those that are remembered; rounded to float16 if it is stored so. */
  readonly bank: Float32Array;
  readonly #settings: Settings;
  readonly #instances: Instances;
  #loss: RunningLoss;
  readonly #step: Step;
  readonly #variables: Variables;
  readonly #head: Variables;
  readonly #machines: Communicator;
  readonly #exchange: Exchange;

  private constructor(
    loss: Loss,
    settings: Settings,
    instances: Instances,
    step: Step,
    { variables, head, late }: TrainingStep,
    machines: Communicator,
  ) {
    this.#settings = settings;
    this.#instances = instances;
    this.#loss = loss.start?.(settings, instances, machines.rank) ?? {};
    this.#step = step;
    this.#machines = machines;
    this.#exchange = new Exchange(machines, step, late);
    this.#variables = variables;
    this.#head = head;
    this.bank = step.inputs['bank'] as Float32Array;
  }

  /**
   * A trainer at the very beginning: parameters and bank drawn from the seed.
   *
   * @param settings whose batch is that of all ranks together
   * @throws {ArgumentError} if they cannot share it evenly
   */
  static async create(
    encoder: Encoder,
    loss: Loss,
    of: Settings,
    instances: Instances,
    backend: Backend,
    machines = ALONE,
  ): Promise<Trainer> {
    const settings = { ...of, batch: batchOfRank(of, machines.size) };
    const built = trainingStep(encoder, loss, settings, instances, machines.size);
    const { graph, late } = built;
    const lowered = { ...backend, target: { ...backend.target, generation: settings.lowering } };
    const step = late.length > 0 ? await Step.createParts(graph, late, lowered) : await Step.create(graph, lowered);
    const trainer = new Trainer(loss, settings, instances, step, built, machines);
    const ofEncoder = built.variables.initialValues(settings.seed);
    step.load(ofEncoder);
    step.load(built.head.initialValues(settings.seed, ofEncoder.size));
    randomUnitRows(trainer.bank, settings.dim, new Random(settings.seed, 'bank'));
    trainer.bank.set(trainer.#stored(trainer.bank));
    return trainer;
  }

  /** Goes on from the state of another trainer of the same run, whose crops had another size. */
  takeOver(other: Trainer): void {
    this.#step.load(other.#step.state);
    this.bank.set(other.bank);
    this.#loss = other.#loss;
  }

  /** What the loss goes on with, by name; none for most. */
  get lossState(): Readonly<Record<string, number>> {
    return this.#loss.state ?? {};
  }

  /** Parameters and buffers by PyTorch's names; live arrays, valid until the next step. */
  get weights(): Map<string, Float32Array> {
    const names = [...this.#variables.parameters.keys(), ...this.#variables.buffers.keys()];
    return new Map(names.map((name) => [name, this.#stateArray(name)]));
  }

  /** float32[batch, dim], of the last step. */
  get features(): Float32Array {
    return this.#step.outputs['features']!;
  }

  /**
   * Trains on one batch and writes its new rows to the bank; with other ranks on theirs, and all write the rows of all.
   *
   * @param wishesStop whether this rank is asked to stop: all ranks hear it in this step
   * @throws {NotFiniteError} if the step's loss, features or rows are not all finite; nothing is written then
   */
  async train({ step, indices, images }: Batch, lr: number, wishesStop = false): Promise<StepResult> {
    const { dim } = this.#settings;
    const isShared = this.#machines.size > 1;
    const wish = isShared && { [WISH]: [wishesStop ? 1 : 0] };
    this.#exchange.begin(indices);
    const outputs = await this.#step.run(
      { ...this.#crops(images), indices, lr, ...wish, ...this.#loss.feed?.(step, indices) },
      this.#exchange.between,
    );
    const { places, rows } = this.#exchange.newRows(outputs['rows']!);
    // Of several ranks, all look at the same numbers, and come to the same end.
    const checked = isShared ? { [MEAN]: this.#step.inputs[MEAN] as Float32Array, rows } : outputs;
    for (const [name, array] of Object.entries(checked)) checkFinite(array, name);
    // Only now: the step has read the rows it replaces.
    const stored = this.#stored(rows);
    places.forEach((place, i) => {
      this.bank.set(stored.subarray(i * dim, (i + 1) * dim), place * dim);
    });
    this.#loss.take?.(outputs);
    return { loss: outputs['loss']![0]!, similarity: outputs['similarity']![0]! };
  }

  /** What the ranks told one another in the last step. */
  get exchange(): Pick<Exchange, 'spentMs' | 'isStopWished'> {
    return this.#exchange;
  }

  /** Brings what rank 0 has to all ranks: where a training begins, or goes on. */
  shareState(): void {
    for (const array of this.#step.state.values()) this.#machines.broadcast(array);
    this.#machines.broadcast(this.bank);
    const state = Float64Array.from(Object.values(this.lossState));
    this.#machines.broadcast(state);
    this.#loss.restore?.(Object.fromEntries(Object.keys(this.lossState).map((name, i) => [name, state[i]!])));
  }

  /** SHA-256 of weights and momentum, and of the bank if it is asked for: the same on all ranks. */
  digest(withBank: boolean): string {
    const digest = new Digest();
    for (const array of [...this.#step.state.values(), ...(withBank ? [this.bank] : [])]) digest.add(bytesOf(array));
    return digest.hex;
  }

  /** A batch's crops: those of full size, and the smaller ones after them. */
  #crops(all: Float32Array): Readonly<Record<string, Float32Array>> {
    const { images, local } = this.#step.inputs;
    return { images: all.subarray(0, images!.length), ...(local && { local: all.subarray(images!.length) }) };
  }

  /** @throws {NotFiniteError} if a number of the state is not: a step can spoil weights that only the next one shows */
  checkFinite(): void {
    for (const [name, array] of this.#step.state) checkFinite(array, name);
    checkFinite(this.bank, 'bank');
  }

  /** Everything as tensors, sharing memory with the trainer: save it before the next step. */
  snapshot(): TrainerState {
    const { parameters, buffers } = this.#variables;
    const { numImages, noiseWeights } = this.#instances;
    const tensor = (name: string, shape: readonly number[]): [string, Tensor] => [
      name,
      { dtype: 'F32', shape, data: this.#stateArray(name) },
    ];
    const tensors = (variables: Variables['parameters'], nameOf = (name: string): string => name): Tensors =>
      new Map(Array.from(variables, ([name, { value }]) => tensor(nameOf(name), value.shape)));
    const head = this.#head.parameters;
    const shape = [numImages, this.#settings.dim];
    return {
      weights: tensors(new Map([...parameters, ...buffers])),
      optimizer: tensors(parameters, momentumName),
      bank: new Map([
        [
          'bank',
          this.#settings.bankDtype === 'float16'
            ? { dtype: 'F16', shape, data: toFloat16(this.bank) }
            : { dtype: 'F32', shape, data: this.bank },
        ],
      ]),
      ...(head.size > 0 && { head: new Map([...tensors(head), ...tensors(head, momentumName)]) }),
      ...(noiseWeights && {
        noise: new Map([['weights', { dtype: 'F64', shape: [numImages], data: noiseWeights }]]),
      }),
    };
  }

  /** @throws {RunError} if a tensor is missing or has another size, or a number of the loss is missing */
  restore(
    { weights, optimizer, bank, head = new Map() }: Omit<Checkpoint, 'step' | 'state'>,
    lossState: Readonly<Record<string, number>>,
  ): void {
    const fill = (target: Float32Array, tensors: Tensors, name: string): void => {
      const data = tensors.get(name)?.data;
      if (!(data instanceof Float32Array) || data.length !== target.length) {
        throw new RunError(
          `checkpoint: expected ${target.length} float32 numbers for ${name}, got ${data?.length ?? 'none'}.`,
        );
      }
      target.set(data);
    };
    const fillState = (tensors: Tensors, name: string): void => fill(this.#stateArray(name), tensors, name);
    for (const name of this.weights.keys()) fillState(weights, name);
    for (const name of this.#variables.parameters.keys()) fillState(optimizer, momentumName(name));
    for (const name of this.#head.parameters.keys()) {
      fillState(head, name);
      fillState(head, momentumName(name));
    }
    fill(this.bank, bank, 'bank');
    const missing = Object.keys(this.lossState).find((name) => lossState[name] === undefined);
    if (missing !== undefined) throw new RunError(`checkpoint: expected the loss's number ${missing}, got none.`);
    this.#loss.restore?.(lossState);
  }

  async release(): Promise<void> {
    await this.#step.release();
  }

  /** Rows as the bank's file holds them, so that what is read back is what training went on with. */
  #stored(rows: Float32Array): Float32Array {
    return this.#settings.bankDtype === 'float16' ? fromFloat16(toFloat16(rows)) : rows;
  }

  #stateArray(name: string): Float32Array {
    return this.#step.state.get(name)!;
  }
}
