/** @file One training step in float64: what `trainingStep` must come to. */

import type { LossName } from '#src/method/losses/named-losses.js';
import { normalizeRows, sum } from './layers.js';
import {
  type Bank,
  batchLoss,
  estimateZ,
  infoNceLoss,
  type Loss,
  nceLoss,
  parametricLoss,
  proximalLoss,
  similarity,
  softmaxLoss,
} from './losses.js';
import type { Pass } from './resnet.js';
import { type Tensor, tensorOf } from './tensor.js';

export interface StepSettings {
  /** The encoder, forward and back. */
  readonly encode: (state: ReadonlyMap<string, Tensor>, images: Tensor) => Pass;
  readonly tau: number;
  readonly lr: number;
  readonly weightDecay: number;
  readonly bankMomentum: number;
  readonly loss: LossName;
  /** NCE and InfoNCE: the rows each picture is told from. */
  readonly negatives: readonly (readonly number[])[];
  /** NCE: P_n of each row, if it is not uniform. */
  readonly noise: readonly number[] | undefined;
  /** λ of the proximal term. */
  readonly proximal: number;
  /** β of the loss within the batch. */
  readonly bankShare: number;
  /** Supervised: class of each picture of the batch. */
  readonly classes: readonly number[];
}

export interface StepResult {
  readonly loss: number;
  readonly similarity: number;
  /** Of the first crops. */
  readonly features: Tensor;
  /** New bank rows of the batch. */
  readonly rows: Tensor;
  readonly gradients: ReadonlyMap<string, Tensor>;
  /** Parameters after a first step of SGD, and running statistics. */
  readonly next: ReadonlyMap<string, Float64Array>;
}

/** @param state parameters and running statistics, by name; momentum buffers are taken to be zero */
export function trainStep(
  settings: StepSettings,
  state: ReadonlyMap<string, Tensor>,
  images: Tensor,
  bank: Bank,
): StepResult {
  const { encode, lr, weightDecay, bankMomentum } = settings;
  const encoder = encode(state, images);
  const normalised = normalizeRows(encoder.y);
  const weight = state.get('head.weight');
  const parametric =
    weight && parametricLoss(encoder.y, weight, settings.loss === 'supervised' ? settings.classes : bank.indices);
  const { loss, dFeatures } = parametric ?? lossOf(settings, normalised.y, bank);
  const gradients = encoder.backward(parametric ? dFeatures : normalised.backward(dFeatures));
  if (parametric) gradients.set('head.weight', parametric.dWeight);

  const next = new Map<string, Float64Array>();
  for (const [name, gradient] of gradients) {
    const w = state.get(name)!.data;
    next.set(
      name,
      w.map((value, i) => value - lr * (gradient.data[i]! + weightDecay * value)),
    );
  }
  for (const [name, { mean, unbiasedVariance }] of encoder.statistics) {
    const [oldMean, oldVariance] = [state.get(`${name}.running_mean`)!.data, state.get(`${name}.running_var`)!.data];
    next.set(
      `${name}.running_mean`,
      oldMean.map((old, c) => 0.9 * old + 0.1 * mean[c]!),
    );
    next.set(
      `${name}.running_var`,
      oldVariance.map((old, c) => 0.9 * old + 0.1 * unbiasedVariance[c]!),
    );
  }

  const batch = bank.indices.length;
  const dim = bank.rows.shape[1]!;
  const features = cropsOf(normalised.y, 0, batch);
  const seen = settings.loss === 'batch' ? normalizeRows(sum(features, cropsOf(normalised.y, 1, batch))).y : features;
  const blended = seen.data.map((value, place) => {
    const row = bank.indices[Math.floor(place / dim)]!;
    return bankMomentum * bank.rows.data[row * dim + (place % dim)]! + (1 - bankMomentum) * value;
  });
  const similarities = bank.indices.map((row, i) => similarity(features, i, bank.rows, row));
  return {
    loss,
    similarity: similarities.reduce((a, b) => a + b, 0) / batch,
    features,
    rows: normalizeRows(tensorOf(blended, batch, dim)).y,
    gradients,
    next,
  };
}

function lossOf(settings: StepSettings, features: Tensor, bank: Bank): Loss {
  if (settings.loss === 'batch') return batchLoss(features, bank, settings.bankShare, settings.tau);
  const fromBank = bankLossOf(settings, features, bank);
  const near = proximalLoss(features, bank, settings.proximal);
  return { loss: fromBank.loss + near.loss, dFeatures: sum(fromBank.dFeatures, near.dFeatures) };
}

function bankLossOf({ loss, tau, negatives, noise }: StepSettings, features: Tensor, bank: Bank): Loss {
  if (loss === 'softmax') return softmaxLoss(features, bank, tau);
  if (loss === 'infonce') return infoNceLoss(features, bank, negatives, tau);
  if (loss !== 'nce') throw new Error(`${loss}: expected a loss with an oracle; write one in losses.ts`);
  const z = estimateZ(features, bank.rows, negatives, tau, noise);
  return nceLoss(features, bank, negatives, tau, z, noise);
}

/** All first crops, or all second. */
function cropsOf({ shape, data }: Tensor, view: number, batch: number): Tensor {
  const dim = shape[1]!;
  return tensorOf(data.subarray(view * batch * dim, (view + 1) * batch * dim), batch, dim);
}
