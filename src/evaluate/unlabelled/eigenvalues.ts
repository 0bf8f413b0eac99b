/** @file Eigenvalues of a symmetric matrix. */

/** Convergence is quadratic at the end, so a handful is enough for any matrix of numbers. */
const MOST_SWEEPS = 50;
/** What is left off the diagonal, as a part of the matrix's norm, when rounding lets nothing more be gained. */
const PRECISION = 1e-14;

/**
 * Jacobi's method, cyclic: one entry off the diagonal after the other is rotated to zero, until all are.
 *
 * @param matrix float64[n, n], symmetric; overwritten
 * @returns float64[n], in no order
 */
export function eigenvalues(matrix: Float64Array): Float64Array {
  const n = Math.sqrt(matrix.length);
  const least = PRECISION * Math.sqrt(matrix.reduce((sum, entry) => sum + entry * entry, 0));
  for (let sweep = 0; sweep < MOST_SWEEPS && offDiagonalNorm(matrix, n) > least; sweep++) {
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(matrix, n, p, q);
  }
  return Float64Array.from({ length: n }, (_, i) => matrix[i * n + i]!);
}

/** Turns the plane of two axes so that their entry off the diagonal becomes zero (Golub and Van Loan, 8.5.2). */
function rotate(matrix: Float64Array, n: number, p: number, q: number): void {
  const entry = matrix[p * n + q]!;
  if (entry === 0) return;
  const tau = (matrix[q * n + q]! - matrix[p * n + p]!) / (2 * entry);
  const tangent = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
  const cosine = 1 / Math.sqrt(1 + tangent * tangent);
  const sine = tangent * cosine;
  for (let i = 0; i < n; i++) {
    const [ip, iq] = [i * n + p, i * n + q];
    const [x, y] = [matrix[ip]!, matrix[iq]!];
    matrix[ip] = cosine * x - sine * y;
    matrix[iq] = sine * x + cosine * y;
  }
  for (let i = 0; i < n; i++) {
    const [pi, qi] = [p * n + i, q * n + i];
    const [x, y] = [matrix[pi]!, matrix[qi]!];
    matrix[pi] = cosine * x - sine * y;
    matrix[qi] = sine * x + cosine * y;
  }
}

function offDiagonalNorm(matrix: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) sum += 2 * matrix[i * n + j]! ** 2;
  return Math.sqrt(sum);
}
