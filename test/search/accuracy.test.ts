import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { meanRecall, nearestAccuracy, topAccuracy } from '#src/search/accuracy.js';
import { rankClasses } from '#src/search/knn.js';

describe('topAccuracy', () => {
  it.each([1, 3, 5])('counts the queries whose class is among the first of the ranking, top %i', (top) => {
    const random = new Random(5, 'sample');
    const numClasses = 7;
    const shares = Float64Array.from({ length: 40 * numClasses }, () => (1 + random.integer(4)) / 8);
    const truth = Int32Array.from({ length: 40 }, () => random.integer(numClasses));
    const numRight = truth.filter((label, query) =>
      rankClasses(shares, numClasses, query).slice(0, top).includes(label),
    ).length;
    expect(topAccuracy({ shares, numClasses, truth, top })).toBe(numRight / 40);
  });

  it('is 1 for top 5 of three classes, votes or none', () => {
    const shares = Float64Array.of(1, 0, 0, 0.2, 0.3, 0.5);
    expect(topAccuracy({ shares, numClasses: 3, truth: Int32Array.of(2, 0), top: 5 })).toBe(1);
  });

  it('does not count a class without a vote as named', () => {
    const shares = Float64Array.of(0, 0, 0, 0, 0, 1);
    expect(topAccuracy({ shares, numClasses: 6, truth: Int32Array.of(0), top: 5 })).toBe(0);
  });

  it('leaves out queries without a label', () => {
    const shares = Float64Array.of(1, 0, 1, 0);
    expect(topAccuracy({ shares, numClasses: 2, truth: Int32Array.of(0, -1), top: 1 })).toBe(1);
    expect(topAccuracy({ shares, numClasses: 2, truth: Int32Array.of(-1, -1), top: 1 })).toBeNaN();
  });
});

describe('meanRecall', () => {
  it('counts each class that was asked about alike, however many its queries', () => {
    // Of class 0 three of three are right, of class 1 none of one; nobody asks for class 2 or without a label.
    const shares = Float64Array.of(1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1);
    const truth = Int32Array.of(0, 0, 0, 1, -1);
    expect(meanRecall({ shares, numClasses: 3, truth })).toBe(0.5);
    expect(meanRecall({ shares, numClasses: 3, truth: new Int32Array(5).fill(-1) })).toBeNaN();
  });
});

describe('nearestAccuracy', () => {
  it('compares with the first neighbour alone', () => {
    const found = { k: 2, indices: Int32Array.of(0, 1, 1, 0, 2, 0, -1, -1), scores: new Float32Array(8) };
    const labels = Int32Array.of(7, 8, -1);
    // Right; wrong, though the second would be right; a neighbour without label; no neighbour; a query without label.
    expect(nearestAccuracy(found, labels, Int32Array.of(7, 7, 7, 7))).toBe(0.25);
    expect(nearestAccuracy(found, labels, Int32Array.of(7, -1, -1, -1))).toBe(1);
  });
});
