/** @file Vectors that lie one after another in a flat array. Sums are taken in float64. */
import { NotFiniteError } from './errors.js';

/** Dot product of `dim` numbers of `a` from `aStart` on with those of `b` from `bStart` on. */
export function dot(a: Float32Array, aStart: number, b: Float32Array, bStart: number, dim: number): number {
  // Four independent sums let the processor overlap their additions.
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  let i = 0;
  for (; i + 3 < dim; i += 4) {
    sum0 += a[aStart + i]! * b[bStart + i]!;
    sum1 += a[aStart + i + 1]! * b[bStart + i + 1]!;
    sum2 += a[aStart + i + 2]! * b[bStart + i + 2]!;
    sum3 += a[aStart + i + 3]! * b[bStart + i + 3]!;
  }
  for (; i < dim; i++) sum0 += a[aStart + i]! * b[bStart + i]!;
  return sum0 + sum1 + (sum2 + sum3);
}

/**
 * Scales each vector to length one, in place; a vector of zeros stays as it is.
 *
 * @param vectors float32[n, dim]
 */
export function normalizeRows(vectors: Float32Array, dim: number): void {
  for (let start = 0; start < vectors.length; start += dim) {
    const norm = Math.sqrt(dot(vectors, start, vectors, start, dim));
    if (norm === 0) continue;
    for (let i = start; i < start + dim; i++) vectors[i]! /= norm;
  }
}

/**
 * Some of the vectors, one after the other.
 *
 * @param vectors float32[n, dim]
 * @param rows places, each in [0, n)
 * @returns float32[rows, dim]
 */
export function gatherRows(vectors: Float32Array, rows: Int32Array, dim: number): Float32Array {
  const gathered = new Float32Array(rows.length * dim);
  rows.forEach((row, i) => {
    gathered.set(vectors.subarray(row * dim, (row + 1) * dim), i * dim);
  });
  return gathered;
}

/** The square of a unit vector differs from one by less than this, its numbers being rounded, to float16 at the most. */
const ROUNDING = 2e-3;

/** Row of the first vector that is not of length one, as of zeros or of numbers that are none; −1 if all are. */
export function firstNotUnit(vectors: Float32Array, dim: number): number {
  for (let start = 0; start < vectors.length; start += dim) {
    if (!(Math.abs(dot(vectors, start, vectors, start, dim) - 1) < ROUNDING)) return start / dim;
  }
  return -1;
}

/** Place of the first number that is infinite or none, −1 if all are finite. A billion numbers take about a second. */
export function firstNotFinite(values: Float32Array | Float64Array): number {
  // x − x is 0 for what is finite and NaN for all else, and four sums side by side need no branches.
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  let i = 0;
  for (; i + 3 < values.length; i += 4) {
    sum0 += values[i]! - values[i]!;
    sum1 += values[i + 1]! - values[i + 1]!;
    sum2 += values[i + 2]! - values[i + 2]!;
    sum3 += values[i + 3]! - values[i + 3]!;
  }
  for (; i < values.length; i++) sum0 += values[i]! - values[i]!;
  return sum0 + sum1 + sum2 + sum3 === 0 ? -1 : values.findIndex((value) => !Number.isFinite(value));
}

/**
 * @param vectors float32[n, dim]
 * @param subject names the vectors in the error
 * @param advice what to do, a sentence
 * @throws {NotFiniteError} with the row, if one is not of length one
 */
export function checkUnit(vectors: Float32Array, dim: number, subject: string, advice = ''): void {
  const row = firstNotUnit(vectors, dim);
  if (row < 0) return;
  const vector = vectors.subarray(row * dim, (row + 1) * dim);
  const place = firstNotFinite(vector);
  const wrong =
    place < 0
      ? `expected vectors of length one, got one of length ${Number(Math.sqrt(dot(vector, 0, vector, 0, dim)).toPrecision(3))}`
      : `expected finite numbers, got ${vector[place]}`;
  throw new NotFiniteError(`${subject}: ${wrong}. ${advice}`.trimEnd(), row);
}

/**
 * @param subject names the numbers in the error
 * @param advice what to do, a sentence
 * @throws {NotFiniteError} if a number is infinite or none
 */
export function checkFinite(values: Float32Array | Float64Array, subject: string, advice = ''): void {
  const place = firstNotFinite(values);
  if (place < 0) return;
  throw new NotFiniteError(`${subject}: expected finite numbers, got ${values[place]}. ${advice}`.trimEnd());
}

/** Numbers as the bytes they are, not copied. */
export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
