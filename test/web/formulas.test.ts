import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { posterior as exactPosterior, logPartition, similaritiesTo } from '#src/method/instance-probability.js';
import { nceLoss, posterior, probability, similarityToMean, updateRow } from '../../web/src/views/method/formulas.ts';

const DIM = 16;
const random = new Random(4, 'sample');
const unit = (): number[] => normalise(Array.from({ length: DIM }, () => random.normal()));
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
const normalise = (a: readonly number[]): number[] => a.map((x) => x / Math.sqrt(dot(a, a)));
const mix = (a: readonly number[], b: readonly number[], share: number): number[] =>
  normalise(a.map((x, i) => share * x + (1 - share) * b[i]!));

describe('the softmax and the posterior on the page', () => {
  it('are those of the service', () => {
    const bank = Float32Array.from(Array.from({ length: 40 }, unit).flat());
    const similarities = similaritiesTo(bank.slice(0, DIM), bank);
    for (const tau of [0.05, 0.2]) {
      const logZ = logPartition(similarities, tau);
      const probabilities = Array.from(similarities, (similarity) => probability(similarity, tau, logZ));
      expect(probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
      for (const p of probabilities) {
        const exact = exactPosterior(Math.log(p), { numRows: 40, numNegatives: 7 });
        expect(posterior(p, 7, 40)).toBeCloseTo(exact, 12);
      }
    }
  });
});

describe('nceLoss', () => {
  it('is the sum of the logarithms of having each row right', () => {
    const [ownH, ...hs] = [0.7, 0.1, 0.01, 0.4] as [number, ...number[]];
    expect(nceLoss(ownH, hs)).toBeCloseTo(-Math.log(0.7) - Math.log(0.9) - Math.log(0.99) - Math.log(0.6), 14);
  });
});

describe('updateRow', () => {
  it.each([0, 0.3, 0.5, 1])('is what vectors do at μ = %d', (momentum) => {
    for (let i = 0; i < 20; i++) {
      const [row, feature] = [unit(), unit()];
      const next = mix(row, feature, momentum);
      const { toOld, toFeature } = updateRow(dot(row, feature), momentum);
      expect(toOld).toBeCloseTo(dot(next, row), 12);
      expect(toFeature).toBeCloseTo(dot(next, feature), 12);
    }
  });
});

describe('similarityToMean', () => {
  it('is what vectors do', () => {
    const [row, first, second] = [unit(), unit(), unit()];
    const expected = dot(row, mix(first, second, 0.5));
    expect(similarityToMean(dot(row, first), dot(row, second), dot(first, second))).toBeCloseTo(expected, 12);
  });
});
