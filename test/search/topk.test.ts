import { describe, expect, it } from 'vitest';
import { ArgumentError } from '#src/core/errors.js';
import { Random } from '#src/core/random.js';
import { TopK } from '#src/search/topk.js';

/** The definition: sort all rows by descending score, then ascending row; take k. */
function bySorting(scores: Float32Array, k: number, excluded = -1): { indices: number[]; scores: number[] } {
  const rows = [...scores.keys()].filter((row) => row !== excluded && !Number.isNaN(scores[row]));
  rows.sort((a, b) => scores[b]! - scores[a]! || a - b);
  const best = rows.slice(0, k);
  const numMissing = k - best.length;
  return {
    indices: [...best, ...new Array<number>(numMissing).fill(-1)],
    scores: [...best.map((row) => scores[row]!), ...new Array<number>(numMissing).fill(Number.NEGATIVE_INFINITY)],
  };
}

/** Scores with many ties: multiples of 1/8. */
function tiedScores(n: number, stream: number): Float32Array {
  const random = new Random(7, 'sample', stream);
  return Float32Array.from({ length: n }, () => random.integer(17) / 8 - 1);
}

describe('TopK', () => {
  it.each([1, 2, 3, 5, 16, 200])('finds what sorting finds, ties to the lower row, for k = %i', (k) => {
    const queries = [tiedScores(150, 0), tiedScores(150, 1), tiedScores(150, 2)];
    const found = new TopK(queries.length, k);
    for (let first = 0; first < 150; first += 32) {
      queries.forEach((scores, query) => {
        found.offer(query, scores.subarray(first, first + 32), first);
      });
    }
    const { indices, scores } = found.finish();
    queries.forEach((all, query) => {
      const expected = bySorting(all, k);
      expect([...indices.subarray(query * k, (query + 1) * k)]).toEqual(expected.indices);
      expect([...scores.subarray(query * k, (query + 1) * k)]).toEqual(expected.scores);
    });
  });

  it('does not depend on the order of the blocks', () => {
    const scores = tiedScores(90, 3);
    const forwards = new TopK(1, 7);
    const backwards = new TopK(1, 7);
    for (const first of [0, 30, 60]) forwards.offer(0, scores.subarray(first, first + 30), first);
    for (const first of [60, 0, 30]) backwards.offer(0, scores.subarray(first, first + 30), first);
    expect(backwards.finish()).toEqual(forwards.finish());
  });

  it('never finds the excluded row, nor a NaN, but does find −Infinity', () => {
    const scores = Float32Array.of(5, Number.NaN, 3, Number.NEGATIVE_INFINITY);
    const found = new TopK(2, 4, Int32Array.of(0, -1));
    found.offer(0, scores, 0);
    found.offer(1, scores, 0);
    expect([...found.finish().indices]).toEqual([2, 3, -1, -1, 0, 2, 3, -1]);
    expect(bySorting(scores, 4, 0).indices).toEqual([2, 3, -1, -1]);
  });

  it('finds nothing before anything is offered', () => {
    expect(new TopK(1, 2).finish()).toEqual({
      k: 2,
      indices: Int32Array.of(-1, -1),
      scores: Float32Array.of(Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY),
    });
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses k = %d', (k) => {
    expect(() => new TopK(1, k)).toThrow(new ArgumentError(`k: expected a positive integer, got ${k}.`));
  });

  it('refuses an exclusion for another number of queries', () => {
    expect(() => new TopK(2, 1, Int32Array.of(0))).toThrow(
      new ArgumentError('exclude: expected int32[2], one a query, got int32[1]'),
    );
  });
});
