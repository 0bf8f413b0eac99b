/** @file The losses in float64, literally from their definitions, with the gradients of the features by hand. */
import { type Tensor, zeros } from './tensor.js';

export interface Loss {
  readonly loss: number;
  readonly dFeatures: Tensor;
}

export interface Bank {
  readonly rows: Tensor;
  /** Row of each picture of the batch. */
  readonly indices: readonly number[];
}

/** ⟨features[i], rows[j]⟩ */
export function similarity(features: Tensor, i: number, rows: Tensor, j: number): number {
  const dim = features.shape[1]!;
  let total = 0;
  for (let k = 0; k < dim; k++) total += features.data[i * dim + k]! * rows.data[j * dim + k]!;
  return total;
}

/** Adds weight · rows[j] to target[i]. */
function addRow(target: Tensor, i: number, weight: number, rows: Tensor, j: number): void {
  const dim = target.shape[1]!;
  for (let k = 0; k < dim; k++) target.data[i * dim + k]! += weight * rows.data[j * dim + k]!;
}

/** Mean of −log P(i|v), P(i|v) = exp(v_i·v/τ) / Σ_j exp(v_j·v/τ). Its gradient is (Σ_j P(j|v)·v_j − v_i) / τ. */
export function softmaxLoss(features: Tensor, { rows, indices }: Bank, tau: number): Loss {
  const [batch, n] = [features.shape[0]!, rows.shape[0]!];
  const dFeatures = zeros(...features.shape);
  let loss = 0;
  for (let i = 0; i < batch; i++) {
    const weights = Array.from({ length: n }, (_, j) => Math.exp(similarity(features, i, rows, j) / tau));
    const total = weights.reduce((a, b) => a + b, 0);
    loss -= Math.log(weights[indices[i]!]! / total) / batch;
    weights.forEach((weight, j) => {
      addRow(dFeatures, i, (weight / total - Number(j === indices[i])) / (tau * batch), rows, j);
    });
  }
  return { loss, dFeatures };
}

/**
 * The softmax within a batch seen in two crops, all first crops before all second: a crop is to be told, among all
 * crops of the other kind, to belong to the one of its own picture. A feature moves the loss as the crop that asks and
 * as one of those that are asked for. Then `bankShare` of what draws it to the other crop draws it to the bank row.
 */
export function batchLoss(features: Tensor, { rows, indices }: Bank, bankShare: number, tau: number): Loss {
  const crops = features.shape[0]!;
  const batch = crops / 2;
  const dFeatures = zeros(...features.shape);
  let loss = 0;
  for (let i = 0; i < crops; i++) {
    const firstOfOthers = i < batch ? batch : 0;
    const own = (i + batch) % crops;
    const weights = Array.from({ length: batch }, (_, j) =>
      Math.exp(similarity(features, i, features, firstOfOthers + j) / tau),
    );
    const total = weights.reduce((a, b) => a + b, 0);
    loss -= Math.log(weights[own - firstOfOthers]! / total) / crops;
    weights.forEach((weight, j) => {
      const other = firstOfOthers + j;
      const slope = (weight / total - Number(other === own)) / (tau * crops);
      addRow(dFeatures, i, slope, features, other);
      addRow(dFeatures, other, slope, features, i);
    });
    const row = indices[i % batch]!;
    const step = bankShare / (tau * crops);
    loss += step * (similarity(features, i, features, own) - similarity(features, i, rows, row));
    addRow(dFeatures, i, step, features, own);
    addRow(dFeatures, own, step, features, i);
    addRow(dFeatures, i, -step, rows, row);
  }
  return { loss, dFeatures };
}

/**
 * Mean of −log h(i, v) − Σ_negatives log(1 − h(j, v)), with P(j|v) = exp(v_j·v/τ) / Z, h = P / (P + m·P_n(j)).
 *
 * d(−log h)/ds = −(1 − h)/τ and d(−log(1 − h))/ds = h/τ.
 *
 * @param negatives the m rows of each picture of the batch
 * @param noise P_n of each row, adding up to 1; uniform if left out
 */
export function nceLoss(
  features: Tensor,
  { rows, indices }: Bank,
  negatives: readonly (readonly number[])[],
  tau: number,
  z: number,
  noise: readonly number[] = uniform(rows.shape[0]!),
): Loss {
  const batch = features.shape[0]!;
  const m = negatives[0]!.length;
  const dFeatures = zeros(...features.shape);
  let loss = 0;
  for (let i = 0; i < batch; i++) {
    const h = (j: number): number => {
      const probability = Math.exp(similarity(features, i, rows, j) / tau) / z;
      return probability / (probability + m * noise[j]!);
    };
    const positive = indices[i]!;
    loss -= Math.log(h(positive)) / batch;
    addRow(dFeatures, i, -(1 - h(positive)) / (tau * batch), rows, positive);
    for (const j of negatives[i]!) {
      loss -= Math.log(1 - h(j)) / batch;
      addRow(dFeatures, i, h(j) / (tau * batch), rows, j);
    }
  }
  return { loss, dFeatures };
}

function uniform(n: number): number[] {
  return Array<number>(n).fill(1 / n);
}

/** Z from one batch: the mean of exp(v_j·v/τ) / P_n(j) over its negatives, n times that of exp(v_j·v/τ) if uniform. */
export function estimateZ(
  features: Tensor,
  rows: Tensor,
  negatives: readonly (readonly number[])[],
  tau: number,
  noise: readonly number[] = uniform(rows.shape[0]!),
): number {
  const terms = negatives.flatMap((js, i) =>
    js.map((j) => Math.exp(similarity(features, i, rows, j) / tau) / noise[j]!),
  );
  return terms.reduce((a, b) => a + b, 0) / terms.length;
}

/**
 * Mean of −log exp(v_i·v/τ) / (exp(v_i·v/τ) + Σ_negatives exp(v_j·v/τ)).
 *
 * @param negatives the m rows of each picture of the batch
 */
export function infoNceLoss(
  features: Tensor,
  { rows, indices }: Bank,
  negatives: readonly (readonly number[])[],
  tau: number,
): Loss {
  const batch = features.shape[0]!;
  const dFeatures = zeros(...features.shape);
  let loss = 0;
  for (let i = 0; i < batch; i++) {
    const candidates = [indices[i]!, ...negatives[i]!];
    const weights = candidates.map((j) => Math.exp(similarity(features, i, rows, j) / tau));
    const total = weights.reduce((a, b) => a + b, 0);
    loss -= Math.log(weights[0]! / total) / batch;
    candidates.forEach((j, place) => {
      addRow(dFeatures, i, (weights[place]! / total - Number(place === 0)) / (tau * batch), rows, j);
    });
  }
  return { loss, dFeatures };
}

/**
 * Mean of −log P(i|v), P(i|v) = exp(w_i·v) / Σ_j exp(w_j·v), with the gradient of the weights, too.
 *
 * @param targets row of the weights for each feature
 */
export function parametricLoss(v: Tensor, weight: Tensor, targets: readonly number[]): Loss & { dWeight: Tensor } {
  const [batch, n] = [v.shape[0]!, weight.shape[0]!];
  const [dFeatures, dWeight] = [zeros(...v.shape), zeros(...weight.shape)];
  let loss = 0;
  for (let i = 0; i < batch; i++) {
    const weights = Array.from({ length: n }, (_, j) => Math.exp(similarity(v, i, weight, j)));
    const total = weights.reduce((a, b) => a + b, 0);
    loss -= Math.log(weights[targets[i]!]! / total) / batch;
    weights.forEach((e, j) => {
      const slope = (e / total - Number(j === targets[i])) / batch;
      addRow(dFeatures, i, slope, weight, j);
      addRow(dWeight, j, slope, v, i);
    });
  }
  return { loss, dFeatures, dWeight };
}

/** Mean of λ·‖f_i − v_i‖², summed over the coordinates. Its gradient is 2λ·(f_i − v_i). */
export function proximalLoss(features: Tensor, { rows, indices }: Bank, lambda: number): Loss {
  const [batch, dim] = features.shape as [number, number];
  const dFeatures = zeros(...features.shape);
  let loss = 0;
  for (let i = 0; i < batch; i++)
    for (let k = 0; k < dim; k++) {
      const difference = features.data[i * dim + k]! - rows.data[indices[i]! * dim + k]!;
      loss += (lambda * difference ** 2) / batch;
      dFeatures.data[i * dim + k] = (2 * lambda * difference) / batch;
    }
  return { loss, dFeatures };
}
