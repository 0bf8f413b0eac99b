import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { selectLargest } from '#src/search/select.js';

const random = new Random(3, 'sample');
const distinct = Float64Array.from({ length: 301 }, () => random.normal());
const tied = Float64Array.from({ length: 301 }, () => random.integer(5));

describe('selectLargest', () => {
  it.each([
    ['distinct', distinct],
    ['tied', tied],
    ['ascending', distinct.slice().sort()],
    ['descending', distinct.slice().sort().reverse()],
    ['equal', new Float64Array(301).fill(2)],
  ])('brings the largest of %s numbers to the end, and tells the least of them', (_, numbers) => {
    for (const k of [1, 2, 17, 150, 300, 301]) {
      const selected = numbers.slice();
      const least = selectLargest(selected, 0, 301, k);
      const sorted = numbers.slice().sort();
      expect(least).toBe(sorted[301 - k]);
      expect(selected.slice(301 - k).sort()).toEqual(sorted.slice(301 - k));
      expect(selected.sort()).toEqual(sorted);
    }
  });

  it('leaves alone what lies outside the stretch', () => {
    const numbers = Float32Array.of(9, 9, 1, 3, 2, -9, 9);
    expect(selectLargest(numbers, 2, 6, 2)).toBe(2);
    expect([...numbers.slice(0, 2), ...numbers.slice(6)]).toEqual([9, 9, 9]);
  });
});
