/** @file One training step in float64: what `trainingStep` must come to. */
import { type Bank, estimateZ, type Loss, nceLoss, pairLoss, similarity, softmaxLoss } from './losses.js';
import { normalizeRows, sum } from './layers.js';
import { type Architecture, resnet } from './resnet.js';
import { type Tensor, tensorOf } from './tensor.js';

export interface StepSettings {
  readonly architecture: Architecture;
  readonly tau: number;
  readonly lr: number;
  readonly weightDecay: number;
  readonly bankMomentum: number;
  /** Crops of each picture. */
  readonly views: number;
  /** The rows each crop is told from; absent for the full softmax. */
  readonly negatives?: readonly (readonly number[])[];
}

export interface StepResult {
  readonly loss: number;
  readonly similarity: number;
  readonly features: Tensor;
  /** New bank rows of the batch. */
  readonly rows: Tensor;
  readonly gradients: ReadonlyMap<string, Tensor>;
  /** Parameters after a first step of SGD, and running statistics. */
  readonly next: ReadonlyMap<string, Float64Array>;
}

/** @param state parameters and running statistics, by name; momentum buffers are taken to be zero */
export function trainStep(settings: StepSettings, state: ReadonlyMap<string, Tensor>, images: Tensor, bank: Bank): StepResult {
  const { architecture, lr, weightDecay, bankMomentum, views } = settings;
  const encoder = resnet(architecture, state, images);
  const normalised = normalizeRows(encoder.y);
  const features = normalised.y;
  const { loss, dFeatures } = lossOf(settings, features, bank);
  const gradients = encoder.backward(normalised.backward(dFeatures));

  const next = new Map<string, Float64Array>();
  for (const [name, gradient] of gradients) {
    const w = state.get(name)!.data;
    next.set(name, w.map((value, i) => value - lr * (gradient.data[i]! + weightDecay * value)));
  }
  for (const [name, { mean, unbiasedVariance }] of encoder.statistics) {
    const [oldMean, oldVariance] = [state.get(`${name}.running_mean`)!.data, state.get(`${name}.running_var`)!.data];
    next.set(`${name}.running_mean`, oldMean.map((old, c) => 0.9 * old + 0.1 * mean[c]!));
    next.set(`${name}.running_var`, oldVariance.map((old, c) => 0.9 * old + 0.1 * unbiasedVariance[c]!));
  }

  const [crops, dim] = features.shape as [number, number];
  const batch = crops / views;
  const seen = views === 1 ? features : normalizeRows(sum(firstRows(features, batch), lastRows(features, batch))).y;
  const blended = seen.data.map((value, place) => {
    const row = bank.indices[Math.floor(place / dim)]!;
    return bankMomentum * bank.rows.data[row * dim + (place % dim)]! + (1 - bankMomentum) * value;
  });
  const similarities = Array.from({ length: crops }, (_, i) => similarity(features, i, bank.rows, bank.indices[i % batch]!));
  return {
    loss,
    similarity: similarities.reduce((a, b) => a + b, 0) / crops,
    features,
    rows: normalizeRows(tensorOf(blended, batch, dim)).y,
    gradients,
    next,
  };
}

function lossOf({ tau, views, negatives }: StepSettings, features: Tensor, bank: Bank): Loss {
  if (negatives) return nceLoss(features, bank, negatives, tau, estimateZ(features, bank.rows, negatives, tau));
  return views === 1 ? softmaxLoss(features, bank, tau) : pairLoss(features, bank, tau);
}

function firstRows({ shape, data }: Tensor, count: number): Tensor {
  return tensorOf(data.subarray(0, count * shape[1]!), count, shape[1]!);
}

function lastRows({ shape, data }: Tensor, count: number): Tensor {
  return tensorOf(data.subarray(data.length - count * shape[1]!), count, shape[1]!);
}
