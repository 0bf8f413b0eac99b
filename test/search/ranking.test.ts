import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { Ranking } from '#src/search/ranking.js';

/** The same by comparison. */
function sorted(scores: Float32Array): number[] {
  const value = (row: number): number => (Number.isNaN(scores[row]!) ? Number.NEGATIVE_INFINITY : scores[row]!);
  return Array.from(scores.keys()).sort((a, b) => value(b) - value(a) || a - b);
}

describe('Ranking', () => {
  it('orders scores of either sign and any size as a sort by comparison does, list after list', () => {
    const random = new Random(5, 'sample');
    const ranking = new Ranking(3000);
    for (let list = 0; list < 3; list++) {
      const scores = Float32Array.from({ length: 3000 }, () => random.normal() * 10 ** random.uniform(-30, 30));
      expect(Array.from(ranking.order(scores))).toEqual(sorted(scores));
    }
  });

  it('gives equal scores by row, zero of either sign among them', () => {
    const scores = Float32Array.of(0.5, -0, 0, -0.5, 0, 0.5, -0.5, -0);
    expect(Array.from(new Ranking(8).order(scores))).toEqual([0, 5, 1, 2, 4, 7, 3, 6]);
  });

  it('puts what is no number last, and the infinities at the ends', () => {
    const scores = Float32Array.of(Number.NaN, Number.NEGATIVE_INFINITY, 1, Number.POSITIVE_INFINITY, -Number.NaN);
    expect(Array.from(new Ranking(5).order(scores))).toEqual([3, 2, 1, 0, 4]);
  });

  it('reads scores in the middle of other memory', () => {
    expect(Array.from(new Ranking(2).order(Float32Array.of(9, 1, 2).subarray(1)))).toEqual([1, 0]);
  });

  it('ranks nothing', () => {
    expect(new Ranking(0).order(new Float32Array())).toHaveLength(0);
  });
});
