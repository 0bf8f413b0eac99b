/** @file The neighbours of every picture of a collection: what duplicates, outliers and the map are made from. */

import { setImmediate } from 'node:timers/promises';
import { checkCount } from '../core/check-count.js';
import { gatherRows } from '../core/vector.js';
import type { Neighbours } from '../search/neighbours.js';
import type { Collection } from './collection.js';
import { QUERY_BLOCK } from './neighbour-block.js';

/** Every thread gets so many blocks of queries: the last to finish keeps the others waiting for one of them at most. */
const BLOCKS_A_THREAD = 4;

export interface NearestOptions {
  /** The rows to find neighbours of; default all. */
  readonly rows?: Int32Array;
  /** Called with the number of rows done so far. */
  readonly onProgress?: (done: number, of: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Finds for each row the `k` other rows most similar to it.
 *
 * A search may block its thread; between slices of rows the thread may do something else, such as answer.
 *
 * @param k at least 1; where there are fewer other rows, all of them are found, and `k` of the result is less
 * @returns in the order of `rows`
 * @throws {ArgumentError} if `k` is no positive integer
 * @throws the signal's reason
 */
export async function nearestOfEach(
  collection: Collection,
  k: number,
  { rows = allRows(collection), onProgress, signal }: NearestOptions = {},
): Promise<Neighbours> {
  const { dim, features, pictures } = collection;
  checkCount('k', k);
  const kept = Math.min(k, pictures.length - 1);
  const indices = new Int32Array(rows.length * kept);
  const scores = new Float32Array(rows.length * kept);
  if (kept === 0) return { k: 0, indices, scores };
  const sliceRows = rowsAtOnce(collection);
  for (let first = 0; first < rows.length; first += sliceRows) {
    await setImmediate();
    signal?.throwIfAborted();
    const slice = rows.subarray(first, first + sliceRows);
    const found = await collection.nearest(gatherRows(features, slice, dim), kept, slice);
    indices.set(found.indices, first * kept);
    scores.set(found.scores, first * kept);
    onProgress?.(first + slice.length, rows.length);
  }
  return { k: kept, indices, scores };
}

/** Rows whose neighbours are found within a second or so, by all threads. */
export function rowsAtOnce({ threads }: Collection): number {
  return BLOCKS_A_THREAD * QUERY_BLOCK * threads;
}

function allRows({ pictures }: Collection): Int32Array {
  return Int32Array.from(pictures, (_, row) => row);
}

/** The `k` best of each query. */
export function firstNeighbours({ indices, scores, k: all }: Neighbours, k: number): Neighbours {
  if (k >= all) return { indices, scores, k: all };
  const isKept = (_: number, i: number): boolean => i % all < k;
  return { k, indices: indices.filter(isKept), scores: scores.filter(isKept) };
}
