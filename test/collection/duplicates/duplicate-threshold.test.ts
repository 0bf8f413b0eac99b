import { describe, expect, it } from 'vitest';
import { chooseThreshold } from '#src/collection/duplicates/duplicate-threshold.js';
import { Random } from '#src/core/random.js';

describe('the threshold of duplicates', () => {
  it('is half way between copies and different pictures where they are apart', () => {
    const chosen = chooseThreshold(Float32Array.of(0.9005, 0.95, 0.99), Float32Array.of(0.2, 0.5, 0.8));
    expect(chosen).toEqual({ threshold: 0.851, found: 1, falselyFound: 0 });
  });

  it('weighs ten missed copies like one different picture, where they are not', () => {
    const random = new Random(1, 'sample');
    const draw = (mean: number, spread: number, count: number): Float32Array =>
      Float32Array.from({ length: count }, () => Math.min(1, mean + spread * random.normal()));
    const [copies, others] = [draw(0.9, 0.05, 400), draw(0.7, 0.08, 1500)];
    const cost = (threshold: number): number =>
      copies.filter((s) => s < threshold).length / 400 + (10 * others.filter((s) => s >= threshold).length) / 1500;
    const { threshold, found, falselyFound } = chooseThreshold(copies, others);
    expect(cost(threshold)).toBeCloseTo(1 - found + 10 * falselyFound, 9);
    for (let step = 0; step <= 1000; step++) expect(cost(step / 1000)).toBeGreaterThanOrEqual(cost(threshold) - 1e-9);
    expect(falselyFound).toBeLessThan(0.02);
  });

  it('finds nothing rather than group pictures that are all alike', () => {
    const { found, falselyFound } = chooseThreshold(new Float32Array(50).fill(0.99), new Float32Array(50).fill(0.9999));
    expect([found, falselyFound]).toEqual([0, 0]);
  });
});
