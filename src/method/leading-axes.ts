/** @file The leading principal components of rows of numbers. */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { Random } from '../core/random.js';

export interface LeadingAxes {
  /** Greatest first. */
  readonly variances: readonly number[];
  /** The axis of each, float64[dim] of length 1. */
  readonly axes: readonly Float64Array[];
}

/** How far C·v may lie from λ·v, as a part of the greatest λ. */
const RESIDUAL = 1e-5;
/** What is as good as nothing, beside a variance: what rounding leaves. */
const NOTHING = 1e-13;

/**
 * Eigenvectors of the greatest eigenvalues of C = E[x xᵀ], by Lanczos's method with whole re-orthogonalisation (Parlett 1998,
 * "The symmetric eigenvalue problem", chapter 13): C is multiplied by some three vectors for each that is sought, and never
 * made.
 *
 * @param rows float64[n, dim], centred
 * @param count at most `dim`
 */
export function leadingAxes(rows: Float64Array, dim: number, count: number): LeadingAxes {
  const random = new Random(0, 'draw');
  const variance = (rows.reduce((sum, value) => sum + value * value, 0) * dim) / rows.length;
  /** Orthonormal, and C in it: tridiagonal. */
  const basis: Float64Array[] = [];
  const diagonal: number[] = [];
  const besides: number[] = [];
  let next: Float64Array = new Float64Array(dim);
  let enough = 2 * count + 32;
  for (;;) {
    enough = Math.min(dim, enough);
    while (basis.length < enough) {
      let length = lengthOf(next);
      besides.push(length > NOTHING * variance ? length : 0);
      // Nothing lies outside of the basis that C reaches from it: what it does not reach is looked for.
      if (besides.at(-1) === 0) {
        next = orthogonalTo(
          basis,
          Float64Array.from({ length: dim }, () => random.normal()),
        );
        length = lengthOf(next);
      }
      const vector = next.map((value) => value / length);
      basis.push(vector);
      next = varianceAlong(vector, rows);
      diagonal.push(dot(next, vector));
      next = orthogonalTo(basis, next);
    }
    const { values, vectors } = decomposed(diagonal, besides);
    const left = lengthOf(next) * Math.max(...vectors.map((vector) => Math.abs(vector.at(-1)!)).slice(0, count));
    if (enough < dim && left > RESIDUAL * values[0]!) enough = Math.ceil(1.4 * enough);
    else
      return { variances: values.slice(0, count), axes: vectors.slice(0, count).map((turned) => mixed(basis, turned)) };
  }
}

/** C·v = E[x (x·v)]. */
function varianceAlong(vector: Float64Array, rows: Float64Array): Float64Array {
  const dim = vector.length;
  const result = new Float64Array(dim);
  for (let start = 0; start < rows.length; start += dim) {
    let along = 0;
    for (let i = 0; i < dim; i++) along += rows[start + i]! * vector[i]!;
    along *= dim / rows.length;
    for (let i = 0; i < dim; i++) result[i]! += along * rows[start + i]!;
  }
  return result;
}

/** What of a vector is orthogonal to the basis; taken away twice, since once leaves what rounding does. */
function orthogonalTo(basis: readonly Float64Array[], vector: Float64Array): Float64Array {
  const rest = vector.slice();
  for (let time = 0; time < 2; time++) for (const unit of basis) addTo(rest, unit, -dot(rest, unit));
  return rest;
}

/** @returns eigenvalues of a tridiagonal matrix, greatest first, and the eigenvector of each */
function decomposed(
  diagonal: readonly number[],
  besides: readonly number[],
): { values: number[]; vectors: number[][] } {
  const matrix = Matrix.diag([...diagonal]);
  for (let i = 1; i < diagonal.length; i++) {
    matrix.set(i, i - 1, besides[i]!);
    matrix.set(i - 1, i, besides[i]!);
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!);
  return { values: order.map((i) => realEigenvalues[i]!), vectors: order.map((i) => eigenvectorMatrix.getColumn(i)) };
}

function mixed(basis: readonly Float64Array[], parts: readonly number[]): Float64Array {
  const sum = new Float64Array(basis[0]!.length);
  for (const [i, vector] of basis.entries()) addTo(sum, vector, parts[i]!);
  return sum;
}

function addTo(sum: Float64Array, vector: Float64Array, factor: number): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += factor * vector[i]!;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

const lengthOf = (vector: Float64Array): number => Math.sqrt(dot(vector, vector));
