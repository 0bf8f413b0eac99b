import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { normalizeRows } from '#src/core/vector.js';
import { meanNorm, meanPositiveSimilarity, uniformity } from '#src/evaluate/unlabelled/health.js';

/** float32[n, dim], uniform on the sphere. */
function onSphere(n: number, dim: number): Float32Array {
  const random = new Random(2, 'sample', dim);
  const rows = Float32Array.from({ length: n * dim }, () => random.normal());
  normalizeRows(rows, dim);
  return rows;
}

describe('meanNorm', () => {
  it('is 1 for unit rows and the mean length otherwise', () => {
    expect(meanNorm(onSphere(50, 16), 16)).toBeCloseTo(1, 7);
    expect(meanNorm(Float32Array.of(3, 4, 0, 1), 2)).toBe(3);
  });
});

describe('meanPositiveSimilarity', () => {
  it('is 1 with itself, −1 with its opposite, 0 at right angles', () => {
    const rows = onSphere(20, 8);
    expect(meanPositiveSimilarity(rows, rows, 8)).toBeCloseTo(1, 6);
    expect(
      meanPositiveSimilarity(
        rows,
        rows.map((x) => -x),
        8,
      ),
    ).toBeCloseTo(-1, 6);
    expect(meanPositiveSimilarity(Float32Array.of(1, 0), Float32Array.of(0, 1), 2)).toBe(0);
  });
});

describe('uniformity', () => {
  it('is 0 for collapsed features and −8 for two that are opposite', () => {
    expect(uniformity(Float32Array.of(1, 0, 1, 0, 1, 0), 2)).toBe(0);
    expect(uniformity(Float32Array.of(1, 0, -1, 0), 2)).toBe(-8);
  });

  it('agrees with the closed form for points uniform on the circle', () => {
    // E exp(−2(2 − 2cos a)) = exp(−4) I0(4), with I0(4) = 11.3019219521 the modified Bessel function.
    expect(uniformity(onSphere(20_000, 2), 2)).toBeCloseTo(Math.log(Math.exp(-4) * 11.3019219521), 1);
  });

  it('estimates from a sample what all pairs give, the same each time', () => {
    const rows = onSphere(300, 8);
    const exact = uniformity(rows, 8, { maxPairs: 300 * 299 });
    const sampled = uniformity(rows, 8, { maxPairs: 20_000, seed: 1 });
    expect(sampled).not.toBe(exact);
    expect(sampled).toBeCloseTo(exact, 1);
    expect(uniformity(rows, 8, { maxPairs: 20_000, seed: 1 })).toBe(sampled);
  });

  it('takes all pairs of different rows when they are few', () => {
    const rows = onSphere(5, 3);
    let sum = 0;
    for (let x = 0; x < 5; x++) {
      for (let y = x + 1; y < 5; y++) {
        const squared = [0, 1, 2].reduce((total, i) => total + (rows[x * 3 + i]! - rows[y * 3 + i]!) ** 2, 0);
        sum += Math.exp(-2 * squared);
      }
    }
    expect(uniformity(rows, 3, { maxPairs: 10 })).toBeCloseTo(Math.log(sum / 10), 12);
  });

  it('is undefined for fewer than two features', () => {
    expect(uniformity(Float32Array.of(1, 0), 2)).toBeNaN();
  });
});
