import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { leadingAxes } from '#src/method/leading-axes.js';

/** Rows of `n` pictures whose variances fall off as those of features do, along directions of no number alone. */
function rowsOf(n: number, dim: number): Float64Array {
  const random = new Random(7, 'draw', dim);
  const mixing = Float64Array.from({ length: dim * dim }, () => random.normal());
  const rows = new Float64Array(n * dim);
  for (let start = 0; start < rows.length; start += dim) {
    for (let source = 0; source < dim; source++) {
      const amount = random.normal() / (1 + source);
      for (let i = 0; i < dim; i++) rows[start + i]! += amount * mixing[source * dim + i]!;
    }
  }
  return rows;
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, v, i) => sum + v * b[i]!, 0);

function expectAxes(rows: Float64Array, dim: number, count: number): void {
  const { variances, axes } = leadingAxes(rows, dim, count);
  const x = Matrix.from1DArray(rows.length / dim, dim, rows);
  const c = x.transpose().mmul(x).div(x.rows);
  const expected = new EigenvalueDecomposition(c, { assumeSymmetric: true }).realEigenvalues.sort((a, b) => b - a);
  expect(variances).toHaveLength(count);
  for (const [i, variance] of variances.entries()) {
    expect(Math.abs(variance - expected[i]!)).toBeLessThan(1e-8 * expected[0]!);
    const along = c.mmul(Matrix.columnVector(axes[i]!)).to1DArray();
    expect(Math.max(...along.map((value, j) => Math.abs(value - variance * axes[i]![j]!)))).toBeLessThan(
      1e-4 * expected[0]!,
    );
    for (const [j, other] of axes.entries())
      expect(Math.abs(dot(axes[i]!, other) - (i === j ? 1 : 0))).toBeLessThan(1e-9);
  }
}

describe('leadingAxes', () => {
  it.each([
    ['of many pictures', 400, 90, 8],
    ['of fewer pictures than numbers', 20, 90, 10],
    ['all there are', 60, 12, 12],
  ])('are the eigenvectors of the greatest eigenvalues: %s', (_, n, dim, count) => {
    expectAxes(rowsOf(n, dim), dim, count);
  });

  it('are found where variances are equal, though what C reaches from one vector has but one direction of each', () => {
    const dim = 60;
    const rows = new Float64Array(30 * dim);
    for (let i = 0; i < 30; i++) rows[i * dim + i] = i < 20 ? 2 : 1;
    expectAxes(rows, dim, 25);
  });

  it('are none where nothing varies', () => {
    expect(leadingAxes(new Float64Array(5 * 7), 7, 3).variances).toEqual([0, 0, 0]);
  });
});
