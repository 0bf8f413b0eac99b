import { describe, expect, it } from 'vitest';
import { chooseQueries, NUM_QUERIES, queryRecords } from '#src/train/fixed-queries.js';

/** How many of the chosen pictures each class has, by class. */
function countsOf(numbers: Int32Array, seed = 3): number[] {
  const counts: number[] = [];
  for (const place of chooseQueries(numbers, seed)) counts[numbers[place]!] = (counts[numbers[place]!] ?? 0) + 1;
  return counts;
}

describe('choosing the fixed pictures', () => {
  it('takes as many of one class as of another, however rare it is', () => {
    const numbers = Int32Array.from({ length: 1000 }, (_, i) => (i < 3 ? 1 : i < 10 ? 2 : i < 20 ? 3 : 0));
    expect(countsOf(numbers)).toEqual([2, 2, 2, 2]);
  });

  it('takes pictures of eight classes where there are more', () => {
    const numbers = Int32Array.from({ length: 500 }, (_, i) => i % 100);
    expect(countsOf(numbers).filter((count) => count > 0)).toEqual(Array(NUM_QUERIES).fill(1));
  });

  it('fills up with the classes that last when the others are used up', () => {
    expect(countsOf(Int32Array.of(0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1))).toEqual([1, 7]);
  });

  it('works without labels, and with fewer pictures than it wants', () => {
    expect(new Set(chooseQueries(new Int32Array(100).fill(-1), 3)).size).toBe(NUM_QUERIES);
    expect(chooseQueries(new Int32Array(3).fill(-1), 3)).toEqual(Int32Array.of(0, 1, 2));
  });

  it('depends on the seed, and on nothing else', () => {
    const numbers = new Int32Array(1000).fill(-1);
    expect(chooseQueries(numbers, 3)).toEqual(chooseQueries(numbers, 3));
    expect(chooseQueries(numbers, 3)).not.toEqual(chooseQueries(numbers, 4));
  });
});

describe('the records', () => {
  it('are the best neighbours of the first queries', () => {
    const k = 10;
    const indices = Int32Array.from({ length: 3 * k }, (_, i) => i);
    const scores = Float32Array.from(indices, (i) => -i);
    expect(queryRecords(Int32Array.of(7, 9), { k, indices, scores })).toEqual([
      { row: 7, rows: [0, 1, 2, 3, 4, 5, 6, 7], similarities: [-0, -1, -2, -3, -4, -5, -6, -7] },
      { row: 9, rows: [10, 11, 12, 13, 14, 15, 16, 17], similarities: [-10, -11, -12, -13, -14, -15, -16, -17] },
    ]);
  });

  it('are shorter where there are fewer neighbours', () => {
    const found = { k: 2, indices: Int32Array.of(5, 4), scores: Float32Array.of(0.5, 0.25) };
    expect(queryRecords(Int32Array.of(1), found)).toEqual([{ row: 1, rows: [5, 4], similarities: [0.5, 0.25] }]);
  });
});
