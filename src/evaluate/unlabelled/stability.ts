/** @file How much the neighbours of pictures change from one encoder to another. */

import { NeighbourFinder } from '../../collection/neighbour-finder.js';
import type { Backend } from '../../runtime/device.js';

export interface Stability {
  /** Mean share of a picture's `k` nearest others that are the same by both, in [0, 1]. */
  readonly overlap: number;
  readonly k: number;
  /** The overlap of two random choices. */
  readonly chance: number;
}

/**
 * Compares the neighbours of each picture among the others, by the features of two encoders.
 *
 * @param before float32[n, dim], unit rows, n ≥ 2
 * @param after float32[n, dim], of the same pictures
 * @param k neighbours, ≥ 1; cut to n − 1
 */
export async function neighbourStability(
  before: Float32Array,
  after: Float32Array,
  { dim, k: wanted, backend }: { readonly dim: number; readonly k: number; readonly backend: Pick<Backend, 'threads'> },
): Promise<Stability> {
  const n = before.length / dim;
  const k = Math.min(wanted, n - 1);
  const exclude = Int32Array.from({ length: n }, (_, row) => row);
  const finder = new NeighbourFinder(dim, backend);
  const { indices: first } = await finder.find({ queries: before, rows: before, k, exclude });
  const { indices: second } = await finder.find({ queries: after, rows: after, k, exclude });
  await finder.release();
  let numCommon = 0;
  for (let start = 0; start < first.length; start += k) {
    const known = new Set(first.subarray(start, start + k));
    for (const row of second.subarray(start, start + k)) if (known.has(row)) numCommon++;
  }
  return { overlap: numCommon / first.length, k, chance: k / (n - 1) };
}
