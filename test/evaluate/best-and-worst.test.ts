import { describe, expect, it } from 'vitest';
import { bestAndWorst } from '#src/evaluate/best-and-worst.js';
import type { QueryScores } from '#src/evaluate/retrieval-scores.js';

/** Queries by how many of two shown are right, and by their average precision. */
function scoresOf(queries: readonly (readonly [hits: number, averagePrecision: number])[]): QueryScores {
  const none = new Float64Array();
  return {
    averagePrecision: Float64Array.from(queries, ([, value]) => value),
    rPrecision: none,
    precision: none,
    numRelevant: new Int32Array(),
    // Row 1 is relevant to every query, row 0 to none.
    nearest: {
      k: 2,
      indices: Int32Array.from(queries.flatMap(([hits]) => [hits > 0 ? 1 : 0, hits > 1 ? 1 : 0])),
      scores: new Float32Array(),
    },
  };
}

const isRelevant = (row: number): boolean => row === 1;

describe('bestAndWorst', () => {
  it('goes by the pictures shown, then by average precision, then by row', () => {
    const scores = scoresOf([
      [1, 0.9],
      [2, 0.3],
      [2, 0.4],
      [0, 0.1],
      [1, 0.2],
      [0, 0.1],
    ]);
    const { best, worst } = bestAndWorst(scores, Array(6).fill('a'), isRelevant, 3);
    expect(best).toEqual([2, 1, 0]);
    expect(worst).toEqual([5, 3, 4]);
  });

  it('takes the best of every class before the second best of any', () => {
    const scores = scoresOf([
      [2, 0.9],
      [2, 0.8],
      [2, 0.7],
      [1, 0.6],
      [0, 0.5],
      [0, 0.4],
    ]);
    const { best, worst } = bestAndWorst(scores, ['a', 'a', 'a', 'b', 'b', 'a'], isRelevant, 2);
    expect(best).toEqual([0, 3]);
    expect(worst).toEqual([5, 4]);
  });

  it('leaves out queries that do not count, and shows none twice', () => {
    const scores = scoresOf([
      [2, 0.9],
      [0, Number.NaN],
      [1, 0.5],
      [0, 0.2],
    ]);
    expect(bestAndWorst(scores, ['a', 'a', 'a', 'a'], isRelevant, 5)).toEqual({ best: [0, 2], worst: [3] });
    expect(bestAndWorst(scoresOf([]), [], isRelevant, 5)).toEqual({ best: [], worst: [] });
  });
});
