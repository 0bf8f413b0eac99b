import { describe, expect, it } from 'vitest';
import { ArgumentError } from '#src/core/errors.js';
import { Random } from '#src/core/random.js';
import { knnVote, rankClasses } from '#src/search/knn.js';

const k = 10;
const numClasses = 4;

/** Three queries of ten neighbours among thirty rows, labels and descending scores drawn. */
function drawn(): { k: number; indices: Int32Array; scores: Float32Array; labels: Int32Array } {
  const random = new Random(3, 'sample');
  const scores = Float32Array.from({ length: 3 * k }, () => random.uniform(-1, 1));
  for (let query = 0; query < 3; query++)
    scores
      .subarray(query * k, (query + 1) * k)
      .sort()
      .reverse();
  return {
    k,
    indices: Int32Array.from({ length: 3 * k }, () => random.integer(30)),
    scores,
    labels: Int32Array.from({ length: 30 }, () => random.integer(numClasses)),
  };
}

describe('knnVote', () => {
  it.each([0.07, 0.1, 1])('weighs each neighbour by exp(s/τ), for τ = %d', (tau) => {
    const { indices, scores, labels } = drawn();
    const shares = knnVote({ k, indices, scores, labels, numClasses, tau });
    for (let query = 0; query < 3; query++) {
      const sums = [0, 0, 0, 0];
      for (let i = query * k; i < (query + 1) * k; i++) sums[labels[indices[i]!]!]! += Math.exp(scores[i]! / tau);
      const total = sums.reduce((a, b) => a + b);
      sums.forEach((sum, c) => {
        expect(shares[query * numClasses + c]).toBeCloseTo(sum / total, 12);
      });
    }
  });

  it('stays finite where exp(s/τ) would not', () => {
    const shares = knnVote({
      k: 2,
      indices: Int32Array.of(0, 1),
      scores: Float32Array.of(1, 0.5),
      labels: Int32Array.of(1, 0),
      numClasses: 2,
      tau: 1e-4,
    });
    expect([...shares]).toEqual([0, 1]);
  });

  it('gives no vote to missing neighbours and to rows without a label', () => {
    const vote = { k: 3, scores: Float32Array.of(0.9, 0.5, Number.NEGATIVE_INFINITY), numClasses: 2, tau: 0.1 };
    const indices = Int32Array.of(1, 0, -1);
    expect([...knnVote({ ...vote, indices, labels: Int32Array.of(0, -1) })]).toEqual([1, 0]);
    expect([...knnVote({ ...vote, indices, labels: Int32Array.of(-1, -1) })]).toEqual([0, 0]);
  });

  it.each([0, -1, Number.NaN])('refuses τ = %d', (tau) => {
    expect(() => knnVote({ ...drawn(), numClasses, tau })).toThrow(
      new ArgumentError(`tau: expected a number above 0, got ${tau}`),
    );
  });
});

describe('rankClasses', () => {
  it('orders by descending share, equal shares by ascending class', () => {
    const shares = Float64Array.of(9, 9, 9, 9, 0.1, 0.4, 0.1, 0.4);
    expect(rankClasses(shares, 4, 1)).toEqual([1, 3, 0, 2]);
  });
});
