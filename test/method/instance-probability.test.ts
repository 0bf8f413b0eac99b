import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { normalizeRows } from '#src/core/vector.js';
import { logPartition, posterior, similaritiesTo } from '#src/method/instance-probability.js';

const DIM = 24;
const NUM_ROWS = 300;
const bank = Float32Array.from(
  { length: NUM_ROWS * DIM },
  (
    (random) => () =>
      random.normal()
  )(new Random(5, 'sample')),
);
normalizeRows(bank, DIM);
const feature = bank.slice(7 * DIM, 8 * DIM);

/** The definition, one term after the other. */
const naiveSimilarities = Array.from({ length: NUM_ROWS }, (_, row) => {
  let sum = 0;
  for (let d = 0; d < DIM; d++) sum += feature[d]! * bank[row * DIM + d]!;
  return sum;
});
const naiveZ = (tau: number): number =>
  naiveSimilarities.reduce((sum, similarity) => sum + Math.exp(similarity / tau), 0);

describe('similaritiesTo', () => {
  it('is the inner product with every row, and 1 with itself', () => {
    const similarities = similaritiesTo(feature, bank);
    expect(similarities).toHaveLength(NUM_ROWS);
    similarities.forEach((similarity, row) => {
      expect(similarity).toBeCloseTo(naiveSimilarities[row]!, 13);
    });
    expect(similarities[7]).toBeCloseTo(1, 6);
  });
});

describe('logPartition', () => {
  it.each([0.02, 0.07, 0.1, 1, 10])('is the logarithm of the sum of all terms at τ = %d', (tau) => {
    expect(logPartition(similaritiesTo(feature, bank), tau)).toBeCloseTo(Math.log(naiveZ(tau)), 12);
  });

  it('makes probabilities that sum to one', () => {
    const similarities = similaritiesTo(feature, bank);
    const logZ = logPartition(similarities, 0.07);
    expect(similarities.reduce((sum, similarity) => sum + Math.exp(similarity / 0.07 - logZ), 0)).toBeCloseTo(1, 12);
  });

  it('does not overflow where the terms do', () => {
    expect(logPartition(Float64Array.of(1, 1, -1), 1e-4)).toBeCloseTo(1e4 + Math.log(2), 9);
  });

  it('is ln n for rows that are all as similar', () => {
    expect(logPartition(new Float64Array(50), 0.1)).toBeCloseTo(Math.log(50), 12);
  });
});

describe('posterior', () => {
  it('is P / (P + m/n)', () => {
    for (const tau of [0.07, 0.5]) {
      for (const [row, similarity] of naiveSimilarities.entries()) {
        const probability = Math.exp(similarity / tau) / naiveZ(tau);
        const noise = { numRows: NUM_ROWS, numNegatives: 16 };
        const logProbability = naiveSimilarities[row]! / tau - Math.log(naiveZ(tau));
        expect(posterior(logProbability, noise)).toBeCloseTo(probability / (probability + 16 / NUM_ROWS), 12);
      }
    }
  });

  it('is a half where the picture is as probable as the noise, and 1/(1+m) where it knows nothing', () => {
    expect(posterior(Math.log(4 / 100), { numRows: 100, numNegatives: 4 })).toBeCloseTo(0.5, 14);
    expect(posterior(Math.log(1 / 100), { numRows: 100, numNegatives: 4 })).toBeCloseTo(1 / 5, 14);
  });
});
