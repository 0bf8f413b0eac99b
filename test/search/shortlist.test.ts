import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { Shortlists } from '#src/search/shortlist.js';
import { TopK } from '#src/search/topk.js';

const COLUMNS = 32;
const GROUPS = 8;

/** The best of each group, as the runtime would give them. */
function maximaOf(scores: Float32Array): Float32Array {
  return Float32Array.from({ length: GROUPS }, (_, group) =>
    Math.max(...scores.filter((_, column) => column % GROUPS === group)),
  );
}

/** Offers all scores, block by block, and gives what is on the list in the end. */
function search(all: Float32Array, k: number, options: { readonly bar?: number; readonly excluded?: number } = {}) {
  const lists = new Shortlists(3, k, COLUMNS);
  const query = 1; // In the middle, so that a list must keep to its place.
  lists.start(query, options.bar ?? Number.NEGATIVE_INFINITY);
  for (let firstRow = 0; firstRow < all.length; firstRow += COLUMNS) {
    const own = new Float32Array(COLUMNS).fill(1e9); // Padding that must not be found.
    own.set(all.subarray(firstRow, firstRow + COLUMNS));
    const numRows = Math.min(COLUMNS, all.length - firstRow);
    const scores = new Float32Array(3 * COLUMNS);
    const maxima = new Float32Array(3 * GROUPS);
    scores.set(own, query * COLUMNS);
    maxima.set(maximaOf(own), query * GROUPS);
    const block = { scores, maxima, columns: COLUMNS, groups: GROUPS, firstRow, numRows };
    lists.offer(query, block, options.excluded ?? -1);
  }
  const rows = new Int32Array(k).fill(-1);
  const scores = new Float32Array(k).fill(Number.NEGATIVE_INFINITY);
  const count = lists.finish(query, rows, scores);
  return { count, rows, scores };
}

/** What the heap finds. */
function expected(all: Float32Array, k: number, excluded = -1) {
  const found = new TopK(1, k, Int32Array.of(excluded));
  found.offer(0, all, 0);
  const { indices, scores } = found.finish();
  return { rows: indices, scores };
}

describe('Shortlists', () => {
  const random = new Random(5, 'sample');
  const distinct = Float32Array.from({ length: 1000 }, () => random.normal());
  const tied = Float32Array.from({ length: 1000 }, () => (random.integer(9) - 4) / 4);

  it.each([1, 2, 7, 40, 400])('finds what a heap finds, best first, for k = %i', (k) => {
    expect(search(distinct, k)).toEqual({ count: k, ...expected(distinct, k) });
  });

  it.each([1, 2, 7, 40, 400])('gives equal scores to the lower row, zero and below zero too, for k = %i', (k) => {
    expect(search(tied, k)).toEqual({ count: k, ...expected(tied, k) });
    const negative = tied.map((score) => Math.min(score, 0));
    expect(search(negative, k)).toEqual({ count: k, ...expected(negative, k) });
  });

  it('takes negative zero for zero', () => {
    const { rows } = search(Float32Array.of(-0, 0, -0), 2);
    expect([...rows]).toEqual([0, 1]);
  });

  it('keeps scores to the last bit, and rows of many millions', () => {
    const lists = new Shortlists(1, 2, 8);
    lists.start(0, Number.NEGATIVE_INFINITY);
    const scores = Float32Array.of(0.1, -0.1, 1e-44, 3e38, 0, 0, 0, 0);
    lists.offer(0, { scores, maxima: scores, columns: 8, groups: 8, firstRow: 250_000_000, numRows: 3 }, -1);
    const rows = new Int32Array(2);
    const found = new Float32Array(2);
    lists.finish(0, rows, found);
    expect([...rows]).toEqual([250_000_000, 250_000_002]);
    expect([...found]).toEqual([scores[0], scores[2]]);
  });

  it('never finds the excluded row', () => {
    const best = distinct.indexOf(Math.max(...distinct));
    expect(search(distinct, 5, { excluded: best })).toEqual({ count: 5, ...expected(distinct, 5, best) });
  });

  it('finds the others of a group with a NaN, but not the NaN', () => {
    const scores = distinct.map((score, row) => (row % 100 === 3 ? Number.NaN : score));
    expect(search(scores, 9)).toEqual({ count: 9, ...expected(scores, 9) });
  });

  it('finds the same above a bar that k rows exceed, and tells of fewer above one that is too high', () => {
    const sorted = distinct.slice().sort().reverse();
    expect(search(distinct, 10, { bar: sorted[10]! })).toEqual({ count: 10, ...expected(distinct, 10) });
    expect(search(distinct, 10, { bar: sorted[6]! }).count).toBe(6);
  });

  it('finds all there are if they are fewer than k', () => {
    expect(search(Float32Array.of(1, 2), 4)).toEqual({ count: 2, ...expected(Float32Array.of(1, 2), 4) });
  });
});
