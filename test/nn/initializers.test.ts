import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { constant, kaimingNormal, uniformFanIn } from '#src/nn/initializers.js';
import type { Initializer } from '#src/nn/variables.js';

const COUNT = 50_000;

function draw(initialize: Initializer): Float32Array {
  const values = new Float32Array(COUNT);
  initialize(values, new Random(1, 'init'));
  return values;
}

function moments(values: Float32Array): { mean: number; variance: number } {
  const mean = values.reduce((a, b) => a + b, 0) / COUNT;
  return { mean, variance: values.reduce((s, x) => s + (x - mean) ** 2, 0) / COUNT };
}

describe('initializers', () => {
  it('kaimingNormal has mean 0 and variance 2 / fanOut', () => {
    const { mean, variance } = moments(draw(kaimingNormal(288)));
    expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(2 / 288 / COUNT));
    expect(Math.abs(variance * (288 / 2) - 1)).toBeLessThan(4 * Math.sqrt(2 / COUNT));
  });

  it('uniformFanIn stays within ± 1/√fanIn and has variance 1 / (3 · fanIn)', () => {
    const values = draw(uniformFanIn(50));
    const { mean, variance } = moments(values);
    expect(values.every((x) => Math.abs(x) <= Math.fround(1 / Math.sqrt(50)))).toBe(true);
    expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(1 / 150 / COUNT));
    expect(Math.abs(variance * 150 - 1)).toBeLessThan(4 * Math.sqrt(0.8 / COUNT));
  });

  it('constant is the same everywhere', () => {
    expect(new Set(draw(constant(0.5)))).toEqual(new Set([0.5]));
  });
});
