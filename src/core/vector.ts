/** @file Vectors that lie one after another in a flat array. Sums are taken in float64. */

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
