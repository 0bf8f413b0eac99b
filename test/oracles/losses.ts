/** @file The losses of the paper in float64, literally, with the gradients of the features by hand. */
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
 * The softmax of two crops of each picture, all first crops before all second: the positive of a crop is the other,
 * which takes the place of the picture's own row in the sum.
 */
export function pairLoss(features: Tensor, { rows, indices }: Bank, tau: number): Loss {
  const [crops, n] = [features.shape[0]!, rows.shape[0]!];
  const batch = crops / 2;
  const dFeatures = zeros(...features.shape);
  let loss = 0;
  for (let i = 0; i < crops; i++) {
    const other = (i + batch) % crops;
    const own = indices[i % batch]!;
    const weights = Array.from({ length: n }, (_, j) => (j === own ? 0 : Math.exp(similarity(features, i, rows, j) / tau)));
    const positive = Math.exp(similarity(features, i, features, other) / tau);
    const total = weights.reduce((a, b) => a + b, positive);
    loss -= Math.log(positive / total) / crops;
    weights.forEach((weight, j) => {
      addRow(dFeatures, i, weight / total / (tau * crops), rows, j);
    });
    const slope = (positive / total - 1) / (tau * crops);
    addRow(dFeatures, i, slope, features, other);
    addRow(dFeatures, other, slope, features, i);
  }
  return { loss, dFeatures };
}

/**
 * Mean of −log h(i, v) − Σ_negatives log(1 − h(j, v)), with P(j|v) = exp(v_j·v/τ) / Z, h = P / (P + m/n).
 *
 * d(−log h)/ds = −(1 − h)/τ and d(−log(1 − h))/ds = h/τ.
 *
 * @param negatives the m rows of each picture of the batch
 */
export function nceLoss(features: Tensor, { rows, indices }: Bank, negatives: readonly (readonly number[])[], tau: number, z: number): Loss {
  const [batch, n] = [features.shape[0]!, rows.shape[0]!];
  const m = negatives[0]!.length;
  const dFeatures = zeros(...features.shape);
  let loss = 0;
  for (let i = 0; i < batch; i++) {
    const h = (j: number): number => {
      const probability = Math.exp(similarity(features, i, rows, j) / tau) / z;
      return probability / (probability + m / n);
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

/** Z from one batch: n times the mean of exp(v_j·v/τ) over its negatives. */
export function estimateZ(features: Tensor, rows: Tensor, negatives: readonly (readonly number[])[], tau: number): number {
  const terms = negatives.flatMap((js, i) => js.map((j) => Math.exp(similarity(features, i, rows, j) / tau)));
  return (rows.shape[0]! * terms.reduce((a, b) => a + b, 0)) / terms.length;
}
