/** @file Exact nearest rows, of which each rank searches a part. */
import type { Communicator } from '../machines/communicator.js';
import type { Neighbours } from '../search/neighbours.js';
import type { Collection } from './collection.js';
import { FixedRows, NeighbourFinder, type NeighbourQuery } from './neighbour-finder.js';

/** Rows of which each rank holds those from `first` on. */
export interface RowsOfRank {
  readonly rows: Float32Array | FixedRows;
  readonly first: number;
}

/** The part of all rows that a rank searches. @param rows float32[n, dim] */
export function rowsOfRank(
  rows: Float32Array,
  dim: number,
  { rank, size }: Communicator,
): RowsOfRank & { readonly rows: Float32Array } {
  const numRows = rows.length / dim;
  const [first, end] = [rank, rank + 1].map((part) => Math.floor((part * numRows) / size)) as [number, number];
  return { rows: rows.subarray(first * dim, end * dim), first };
}

/**
 * Finds on all ranks what one finds in all rows: each searches its own, and the shortlists are merged. All ask for the same.
 *
 * @param query whose `exclude`, as what is found, counts all rows
 */
export async function findByRanks(
  machines: Communicator,
  finder: Pick<NeighbourFinder, 'find'>,
  { rows, first }: RowsOfRank,
  { queries, k, exclude }: Omit<NeighbourQuery, 'rows'>,
): Promise<Neighbours> {
  const own = await finder.find({ queries, rows, k, ...(exclude && { exclude: exclude.map((row) => row - first) }) });
  if (machines.size === 1) return own;
  const indices = own.indices.map((row) => (row < 0 ? row : row + first));
  const all = {
    indices: new Int32Array(machines.size * indices.length),
    scores: new Float32Array(machines.size * indices.length),
  };
  machines.allgather(indices, all.indices);
  machines.allgather(own.scores, all.scores);
  return merged(all, k, machines.size);
}

/** A collection that is searched by all ranks, each a part of its rows; they have to ask for the same at the same time. */
export function collectionOfRanks(collection: Collection, machines: Communicator): Collection {
  if (machines.size === 1) return collection;
  const { dim, features, threads } = collection;
  const finder = new NeighbourFinder(dim, { threads });
  const { rows, first } = rowsOfRank(features, dim, machines);
  const own = { rows: new FixedRows(rows), first };
  return {
    ...collection,
    nearest: (queries, k, exclude) => findByRanks(machines, finder, own, { queries, k, ...(exclude && { exclude }) }),
    release: async () => {
      await finder.release();
      await collection.release();
    },
  };
}

/** The best of the lists of all parts, whose rows follow one another. */
function merged({ indices, scores }: Omit<Neighbours, 'k'>, k: number, parts: number): Neighbours {
  const length = indices.length / parts;
  const result = { k, indices: new Int32Array(length), scores: new Float32Array(length) };
  for (let start = 0; start < length; start += k) {
    const next = Array.from({ length: parts }, (_, part) => part * length + start);
    for (let place = start; place < start + k; place++) {
      let best = 0;
      for (let part = 1; part < parts; part++) {
        const isOver = next[part]! >= part * length + start + k;
        const isBestOver = next[best]! >= best * length + start + k;
        // Of equal scores the lower row comes first, which is of an earlier part.
        if (isBestOver || (!isOver && scores[next[part]!]! > scores[next[best]!]!)) best = part;
      }
      result.indices[place] = indices[next[best]!]!;
      result.scores[place] = scores[next[best]!]!;
      next[best]!++;
    }
  }
  return result;
}
