import { describe, expect, it } from 'vitest';
import { isKept, spareOf, toggleKept } from '../../web/src/views/duplicates/keep.ts';

const groupOf = (...rows: number[]) => ({
  kind: 'similar' as const,
  pictures: rows.map((row, i) => ({ row, name: `${row}.jpg`, label: null, stays: i === 0, reason: 'first path' })),
  similarity: 0.99,
  exact: false,
  isDecided: false,
});
const spareRows = (...args: Parameters<typeof spareOf>): number[] => spareOf(...args).map(({ row }) => row);

describe('the marks of duplicates', () => {
  const group = groupOf(3, 5, 8);

  it('keep the best where nothing was said', () => {
    expect(spareRows(group, new Map())).toEqual([5, 8]);
  });

  it('keep what the reader chose, and never let the last one go', () => {
    const both = toggleKept(group, 8, new Map());
    expect(spareRows(group, both)).toEqual([5]);
    const last = toggleKept(group, 3, both);
    expect(spareRows(group, last)).toEqual([3, 5]);
    expect(toggleKept(group, 8, last)).toBe(last);
  });

  it('keep one of each group when the threshold parts a group anew', () => {
    const marks = toggleKept(group, 3, toggleKept(group, 8, new Map()));
    const parted = groupOf(3, 5);
    expect(isKept(parted, 3, marks)).toBe(true);
    expect(spareRows(parted, marks)).toEqual([5]);
  });
});
