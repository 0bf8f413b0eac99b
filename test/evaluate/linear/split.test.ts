import { describe, expect, it } from 'vitest';
import { stratifiedSplit } from '#src/evaluate/linear/split.js';

/** 10 of class 0, 3 of class 1, 2 of class 2, 1 of class 3. */
const labels = Int32Array.of(0, 1, 0, 2, 0, 3, 0, 1, 0, 0, 2, 0, 0, 1, 0, 0);
const counts = (places: Int32Array): number[] =>
  [0, 1, 2, 3].map((label) => [...places].filter((place) => labels[place] === label).length);

describe('a stratified split', () => {
  it('puts a share of each class aside, at least one of two, and none of one', () => {
    const { train, validation, numUnvalidated } = stratifiedSplit(labels, 4, 0.2, 1);
    expect(counts(validation)).toEqual([2, 1, 1, 0]);
    expect(counts(train)).toEqual([8, 2, 1, 1]);
    expect(numUnvalidated).toBe(1);
    expect([...train, ...validation].sort((a, b) => a - b)).toEqual([...labels.keys()]);
  });

  it('keeps one of each class to learn from, however large the share', () => {
    expect(counts(stratifiedSplit(labels, 4, 0.99, 1).train)).toEqual([1, 1, 1, 1]);
  });

  it('depends on the seed alone', () => {
    const of = (seed: number): string => stratifiedSplit(labels, 4, 0.5, seed).validation.join();
    expect(of(1)).toBe(of(1));
    expect(new Set([1, 2, 3, 4].map(of)).size).toBeGreaterThan(1);
  });
});
