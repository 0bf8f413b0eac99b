/** @file Exact search in plain JavaScript: right for a few queries, and the reference for anything faster. */

import { ShapeError } from '../core/errors.js';
import { dot } from '../core/vector.js';
import type { Neighbours } from './neighbours.js';
import { TopK } from './topk.js';

// 256 rows of 128 numbers are 128 KiB and stay in the processor's cache while every query passes over them.
const ROWS_PER_BLOCK = 256;

export interface ExactQuery {
  /** float32[queries, dim] */
  readonly queries: Float32Array;
  /** float32[n, dim] */
  readonly rows: Float32Array;
  readonly dim: number;
  /** Neighbours a query, >= 1; more than there are rows is allowed. */
  readonly k: number;
  /** int32[queries], a row that each query must not find; −1 for none. */
  readonly exclude?: Int32Array;
}

/**
 * Finds for each query the k rows with the largest dot product, which for unit vectors is the cosine.
 *
 * Sums are taken in float64 and rounded to float32 once.
 *
 * @throws {ShapeError} if `queries` or `rows` are not made of vectors of `dim` numbers
 * @throws {ArgumentError} if `k` is no positive integer, or `exclude` has another length
 */
export function searchExact({ queries, rows, dim, k, exclude }: ExactQuery): Neighbours {
  const numQueries = numVectors('queries', queries, dim);
  const numRows = numVectors('rows', rows, dim);
  const found = new TopK(numQueries, k, exclude);
  for (let first = 0; first < numRows; first += ROWS_PER_BLOCK) {
    const block = new Float32Array(Math.min(ROWS_PER_BLOCK, numRows - first));
    for (let query = 0; query < numQueries; query++) {
      for (let i = 0; i < block.length; i++) block[i] = dot(queries, query * dim, rows, (first + i) * dim, dim);
      found.offer(query, block, first);
    }
  }
  return found.finish();
}

function numVectors(name: string, vectors: Float32Array, dim: number): number {
  const count = vectors.length / dim;
  if (!Number.isInteger(count)) {
    throw new ShapeError(`${name}: expected float32[n, ${dim}], got ${vectors.length} numbers`);
  }
  return count;
}
