/** @file Solves systems of linear equations with a symmetric, positive definite matrix. */

/**
 * Replaces the lower triangle of A by that of L, where A = L·Lᵀ.
 *
 * @param a float64[n, n]; only its lower triangle is read
 */
export function factorize(a: Float64Array, n: number): void {
  for (let row = 0; row < n; row++) {
    for (let column = 0; column <= row; column++) {
      const rest = a[row * n + column]! - dotOfRows(a, row * n, a, column * n, column);
      a[row * n + column] = row === column ? Math.sqrt(rest) : rest / a[column * n + column]!;
    }
  }
}

/**
 * Replaces b by the solution x of A·x = b.
 *
 * @param factor L of `factorize`
 * @param b float64[n]
 */
export function solve(factor: Float64Array, n: number, b: Float64Array): void {
  for (let row = 0; row < n; row++) {
    b[row] = (b[row]! - dotOfRows(factor, row * n, b, 0, row)) / factor[row * n + row]!;
  }
  for (let row = n - 1; row >= 0; row--) {
    const x = b[row]! / factor[row * n + row]!;
    b[row] = x;
    for (let column = 0; column < row; column++) b[column]! -= factor[row * n + column]! * x;
  }
}

function dotOfRows(a: Float64Array, aStart: number, b: Float64Array, bStart: number, count: number): number {
  // Independent sums let the processor overlap their additions.
  let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < count; i += 4) {
    sum0 += a[aStart + i]! * b[bStart + i]!;
    sum1 += a[aStart + i + 1]! * b[bStart + i + 1]!;
    sum2 += a[aStart + i + 2]! * b[bStart + i + 2]!;
    sum3 += a[aStart + i + 3]! * b[bStart + i + 3]!;
  }
  for (; i < count; i++) sum0 += a[aStart + i]! * b[bStart + i]!;
  return sum0 + sum1 + (sum2 + sum3);
}
