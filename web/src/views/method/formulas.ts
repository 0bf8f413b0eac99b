/** @file The equations that the page computes anew when a slider is moved (Wu et al. 2018). */

/** P(i|v) (eq. 2), exact for the log Z of the same temperature. */
export function probability(similarity: number, tau: number, logZ: number): number {
  return Math.exp(similarity / tau - logZ);
}

/** h(i,v) = P / (P + m·P_n) with P_n = 1/n (eq. 6). */
export function posterior(probability: number, numNegatives: number, numRows: number): number {
  return probability / (probability + numNegatives / numRows);
}

/** −log h of the picture's own row − Σ log(1 − h) over the negatives, in nats (eq. 7, the sum of m draws in place of m times its mean). */
export function nceLoss(ownH: number, negativeHs: readonly number[]): number {
  return negativeHs.reduce((sum, h) => sum - Math.log1p(-h), -Math.log(ownH));
}

export interface RowUpdate {
  /** Cosine of the new row with the old one. */
  readonly toOld: number;
  /** Cosine of the new row with the feature. */
  readonly toFeature: number;
}

/**
 * normalise(μ·v_i + (1−μ)·f): on the sphere only the angle between the two counts.
 *
 * @param similarity v_i·f of unit vectors
 * @param momentum μ in [0, 1]
 */
export function updateRow(similarity: number, momentum: number): RowUpdate {
  const share = 1 - momentum;
  const length = Math.sqrt(momentum ** 2 + share ** 2 + 2 * momentum * share * similarity);
  return {
    toOld: (momentum + share * similarity) / length,
    toFeature: (momentum * similarity + share) / length,
  };
}

/** Cosine of a unit vector with the normalised sum of two others, from its cosines with them and theirs. */
export function similarityToMean(first: number, second: number, between: number): number {
  return (first + second) / Math.sqrt(2 + 2 * between);
}
