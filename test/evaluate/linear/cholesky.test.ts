import { expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { factorize, solve } from '#src/evaluate/linear/cholesky.js';

it('solves a system of equations, reading the lower triangle only', () => {
  const n = 7;
  const random = new Random(1, 'sample');
  const b = Array.from({ length: n * n }, () => random.normal());
  const at = (i: number, j: number): number =>
    Array.from({ length: n }, (_, k) => b[i * n + k]! * b[j * n + k]!).reduce((x, y) => x + y) + (i === j ? 1 : 0);
  const factor = Float64Array.from({ length: n * n }, (_, i) =>
    i % n > Math.floor(i / n) ? Number.NaN : at(Math.floor(i / n), i % n),
  );
  const x = Array.from({ length: n }, () => random.normal());
  const y = Float64Array.from(x, (_, i) => x.reduce((sum, xj, j) => sum + at(i, j) * xj, 0));
  factorize(factor, n);
  solve(factor, n, y);
  y.forEach((yi, i) => {
    expect(yi).toBeCloseTo(x[i]!, 9);
  });
});
