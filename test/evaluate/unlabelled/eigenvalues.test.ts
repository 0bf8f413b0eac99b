import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { eigenvalues } from '#src/evaluate/unlabelled/eigenvalues.js';

const sorted = (values: Float64Array): number[] => Array.from(values).sort((a, b) => a - b);

describe('eigenvalues', () => {
  it('are those of the discrete Laplacian, which are known', () => {
    const n = 40;
    const matrix = Float64Array.from({ length: n * n }, (_, at) => {
      const distance = Math.abs(Math.floor(at / n) - (at % n));
      return distance === 0 ? 2 : distance === 1 ? -1 : 0;
    });
    const expected = Array.from({ length: n }, (_, i) => 2 - 2 * Math.cos((Math.PI * (i + 1)) / (n + 1)));
    for (const [i, value] of sorted(eigenvalues(matrix)).entries()) expect(value).toBeCloseTo(expected[i]!, 11);
  });

  it('keep the trace and the norm of a random matrix', () => {
    const [n, random] = [30, new Random(3, 'sample')];
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) matrix[i * n + j] = matrix[j * n + i] = random.normal();
    const trace = Array.from({ length: n }, (_, i) => matrix[i * n + i]!).reduce((a, b) => a + b);
    const squares = matrix.reduce((sum, x) => sum + x * x, 0);
    const values = eigenvalues(matrix);
    expect(values.reduce((a, b) => a + b)).toBeCloseTo(trace, 10);
    expect(values.reduce((sum, x) => sum + x * x, 0)).toBeCloseTo(squares, 9);
  });

  it('are all zero for zero', () => {
    expect(sorted(eigenvalues(new Float64Array(9)))).toEqual([0, 0, 0]);
  });
});
