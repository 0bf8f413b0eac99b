/**
 * @file The probability that a feature belongs to one of the images of a bank, in float64 and over all rows: what
 * training computes in float32, or only estimates (Wu et al. 2018, eq. 2 and 4–7).
 */
import { dot } from '../core/vector.js';

/**
 * v_j·v for every row.
 *
 * @param feature float32[dim], v
 * @param bank float32[n, dim]
 * @returns float64[n]
 */
export function similaritiesTo(feature: Float32Array, bank: Float32Array): Float64Array {
  const dim = feature.length;
  return Float64Array.from({ length: bank.length / dim }, (_, row) => dot(feature, 0, bank, row * dim, dim));
}

/**
 * log Z = log Σ_j exp(v_j·v/τ). log P(i|v) is v_i·v/τ less this (eq. 2).
 *
 * @param similarities float64[n], n ≥ 1
 * @param tau temperature, > 0
 */
export function logPartition(similarities: Float64Array, tau: number): number {
  // The largest term is taken out, so that no temperature overflows.
  const largest = similarities.reduce((a, b) => Math.max(a, b));
  const sum = similarities.reduce((total, similarity) => total + Math.exp((similarity - largest) / tau), 0);
  return largest / tau + Math.log(sum);
}

export interface Noise {
  /** Rows of the bank, n; each is noise with P_n = 1/n. */
  readonly numRows: number;
  /** m ≥ 1 */
  readonly numNegatives: number;
}

/**
 * h(i,v) = P(i|v) / (P(i|v) + m·P_n): the probability that row i was drawn for its image rather than as noise (eq. 6).
 *
 * @param logProbability log P(i|v)
 */
export function posterior(logProbability: number, { numRows, numNegatives }: Noise): number {
  return 1 / (1 + Math.exp(Math.log(numNegatives / numRows) - logProbability));
}
