/** @file One training step in float64: what `trainingStep` must come to. */

import { normalizeRows, sum } from './layers.js';
import { type Bank, batchLoss, estimateZ, type Loss, nceLoss, similarity, softmaxLoss } from './losses.js';
import { type Architecture, resnet } from './resnet.js';
import { type Tensor, tensorOf } from './tensor.js';

export interface StepSettings {
  readonly architecture: Architecture;
  readonly tau: number;
  readonly lr: number;
  readonly weightDecay: number;
  readonly bankMomentum: number;
  readonly loss: 'softmax' | 'nce' | 'batch';
  /** NCE: the rows each picture is told from. */
  readonly negatives: readonly (readonly number[])[];
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
  const { architecture, lr, weightDecay, bankMomentum } = settings;
  const encoder = resnet(architecture, state, images);
  const normalised = normalizeRows(encoder.y);
  const { loss, dFeatures } = lossOf(settings, normalised.y, bank);
  const gradients = encoder.backward(normalised.backward(dFeatures));

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

function lossOf({ loss, tau, negatives }: StepSettings, features: Tensor, bank: Bank): Loss {
  if (loss === 'batch') return batchLoss(features, tau);
  if (loss === 'softmax') return softmaxLoss(features, bank, tau);
  return nceLoss(features, bank, negatives, tau, estimateZ(features, bank.rows, negatives, tau));
}

/** All first crops, or all second. */
function cropsOf({ shape, data }: Tensor, view: number, batch: number): Tensor {
  const dim = shape[1]!;
  return tensorOf(data.subarray(view * batch * dim, (view + 1) * batch * dim), batch, dim);
}
