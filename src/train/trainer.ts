/** @file The training step with its state: parameters, momentum, memory bank, Z. */

import { RunError } from '../core/errors.js';
import { Random } from '../core/random.js';
import type { Batch } from '../data/index.js';
import { randomUnitRows } from '../method/bank.js';
import { drawNegatives, initialZ, nextZ } from '../method/noise.js';
import type { Settings } from '../method/settings.js';
import { type LossOptions, type TrainingStep, trainingStep } from '../method/step.js';
import type { Encoder } from '../nn/encoders/encoder.js';
import { momentumName } from '../nn/sgd.js';
import type { Variables } from '../nn/variables.js';
import type { Backend } from '../runtime/device.js';
import { Step } from '../runtime/step.js';
import type { Checkpoint } from '../store/checkpoint.js';
import type { Tensor, Tensors } from '../store/tensor.js';

/** What one step tells. */
export interface StepResult {
  readonly loss: number;
  /** Mean of v_i·f_i over the batch. */
  readonly similarity: number;
}

/** The graph of a run's training step. */
export function stepOf(encoder: Encoder, settings: Settings, numImages: number): TrainingStep {
  const { loss: kind, negatives, noise, momentum, weightDecay } = settings;
  const loss: LossOptions = kind === 'nce' ? { kind, negatives, perImage: noise === 'image' } : { kind };
  return trainingStep(encoder, { ...settings, numImages, loss, optimizer: { momentum, weightDecay } });
}

export class Trainer {
  /** float32[n, dim], unit rows, one for each picture. */
  readonly bank: Float32Array;
  /** Z/n for the next step; 0 before the first batch has estimated it. */
  z: number;
  readonly #settings: Settings;
  readonly #numImages: number;
  readonly #step: Step;
  readonly #variables: Variables;

  private constructor(settings: Settings, numImages: number, step: Step, variables: Variables) {
    this.#settings = settings;
    this.#numImages = numImages;
    this.#step = step;
    this.#variables = variables;
    this.bank = step.inputs['bank'] as Float32Array;
    this.z = initialZ(settings.z, settings.dim, settings.tau);
  }

  /** A trainer at the very beginning: parameters and bank drawn from the seed. */
  static async create(encoder: Encoder, settings: Settings, numImages: number, backend: Backend): Promise<Trainer> {
    const { graph, variables } = stepOf(encoder, settings, numImages);
    const trainer = new Trainer(settings, numImages, await Step.create(graph, backend), variables);
    const values = variables.initialValues((position) => new Random(settings.seed, 'init', position));
    for (const [name, array] of values) trainer.#stateArray(name).set(array);
    randomUnitRows(trainer.bank, settings.dim, new Random(settings.seed, 'bank'));
    return trainer;
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

  /** Trains on one batch and writes its new rows to the bank. */
  async train({ step, indices, images }: Batch, lr: number): Promise<StepResult> {
    const { inputs, outputs } = this.#step;
    const { dim, loss } = this.#settings;
    (inputs['images'] as Float32Array).set(images);
    (inputs['indices'] as BigInt64Array).set(Array.from(indices, BigInt));
    inputs['lr']![0] = lr;
    if (loss === 'nce') {
      drawNegatives(this.#settings, this.#numImages, step, indices, inputs['negatives'] as BigInt64Array);
      inputs['z']![0] = this.z;
    }
    await this.#step.run();
    // Only now: the step has read the rows it replaces.
    indices.forEach((index, i) => {
      this.bank.set(outputs['rows']!.subarray(i * dim, (i + 1) * dim), index * dim);
    });
    if (loss === 'nce') this.z = nextZ(this.#settings.z, this.z, outputs['z.estimate']![0]!);
    return { loss: outputs['loss']![0]!, similarity: outputs['similarity']![0]! };
  }

  /** Everything as tensors, sharing memory with the trainer: save it before the next step. */
  snapshot(): Pick<Checkpoint, 'weights' | 'optimizer' | 'bank'> {
    const { parameters, buffers } = this.#variables;
    const tensor = (name: string, shape: readonly number[]): [string, Tensor] => [
      name,
      { dtype: 'F32', shape, data: this.#stateArray(name) },
    ];
    return {
      weights: new Map([...parameters, ...buffers].map(([name, { value }]) => tensor(name, value.shape))),
      optimizer: new Map(Array.from(parameters, ([name, { value }]) => tensor(momentumName(name), value.shape))),
      bank: new Map([['bank', { dtype: 'F32', shape: [this.#numImages, this.#settings.dim], data: this.bank }]]),
    };
  }

  /** @throws {RunError} if a tensor is missing or has another size */
  restore({ weights, optimizer, bank }: Pick<Checkpoint, 'weights' | 'optimizer' | 'bank'>): void {
    const fill = (target: Float32Array, tensors: Tensors, name: string): void => {
      const data = tensors.get(name)?.data;
      if (!(data instanceof Float32Array) || data.length !== target.length) {
        throw new RunError(
          `checkpoint: expected ${target.length} float32 numbers for ${name}, got ${data?.length ?? 'none'}.`,
        );
      }
      target.set(data);
    };
    for (const [name, array] of this.weights) fill(array, weights, name);
    for (const name of this.#variables.parameters.keys())
      fill(this.#stateArray(momentumName(name)), optimizer, momentumName(name));
    fill(this.bank, bank, 'bank');
  }

  async release(): Promise<void> {
    await this.#step.release();
  }

  #stateArray(name: string): Float32Array {
    return this.#step.state.get(name)!;
  }
}
