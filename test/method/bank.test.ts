import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { input } from '#src/graph/value.js';
import { nextRows, randomUnitRows } from '#src/method/bank.js';
import { l2Normalize, logSumExp } from '#src/nn/rows.js';
import { evaluate } from './evaluate.js';

describe('nextRows', () => {
  const rows = Float32Array.of(1, 0, 0, 1);
  const features = Float32Array.of(0, 1, 0.6, 0.8);
  const next = async (momentum: number): Promise<number[]> => {
    const graph = { next: nextRows(input('rows', [2, 2]), input('features', [2, 2]), momentum) };
    return Array.from((await evaluate(graph, { rows, features }))['next']!);
  };

  it('moves each row halfway to its feature and back to length one at momentum 0.5', async () => {
    // (0, 1) + (0.6, 0.8) = (0.6, 1.8), of length √3.6.
    const expected = [Math.SQRT1_2, Math.SQRT1_2, 0.6 / Math.sqrt(3.6), 1.8 / Math.sqrt(3.6)];
    (await next(0.5)).forEach((x, i) => {
      expect(x).toBeCloseTo(expected[i]!, 6);
    });
  });

  it('is the feature itself at momentum 0', async () => {
    (await next(0)).forEach((x, i) => {
      expect(x).toBeCloseTo(features[i]!, 6);
    });
  });
});

describe('randomUnitRows', () => {
  const dim = 16;
  const bank = new Float32Array(4000 * dim);
  randomUnitRows(bank, dim, new Random(1, 'bank'));

  it('has rows of length one', () => {
    for (let row = 0; row < 4000; row++) {
      expect(Math.hypot(...bank.subarray(row * dim, (row + 1) * dim))).toBeCloseTo(1, 6);
    }
  });

  it('has no preferred direction: means of coordinates are 0, of their squares 1/dim', () => {
    for (let axis = 0; axis < dim; axis++) {
      const along = Array.from({ length: 4000 }, (_, row) => bank[row * dim + axis]!);
      expect(Math.abs(along.reduce((a, b) => a + b, 0) / 4000)).toBeLessThan(4 * Math.sqrt(1 / dim / 4000));
      expect(along.reduce((a, b) => a + b * b, 0) / 4000).toBeCloseTo(1 / dim, 2);
    }
  });
});

describe('rows', () => {
  it('l2Normalize leaves a row of zeros at zero, not at NaN', async () => {
    const { y } = await evaluate({ y: l2Normalize(input('x', [2, 2])) }, { x: Float32Array.of(0, 0, 3, 4) });
    expect(y![0]).toBe(0);
    expect(y![2]).toBeCloseTo(0.6, 6);
  });

  it('logSumExp neither overflows nor underflows', async () => {
    const x = Float32Array.of(1000, 1000, -1000, -1000);
    const { y } = await evaluate({ y: logSumExp(input('x', [2, 2])) }, { x });
    expect(y![0]).toBeCloseTo(1000 + Math.LN2, 3);
    expect(y![1]).toBeCloseTo(-1000 + Math.LN2, 3);
  });
});
