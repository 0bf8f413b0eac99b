/** @file Eigenvalues of a symmetric matrix. */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/**
 * @param matrix float64[n, n], symmetric
 * @returns float64[n], in no order
 */
export function eigenvalues(matrix: Float64Array): Float64Array {
  const n = Math.sqrt(matrix.length);
  const { realEigenvalues } = new EigenvalueDecomposition(Matrix.from1DArray(n, n, matrix), { assumeSymmetric: true });
  return Float64Array.from(realEigenvalues);
}
