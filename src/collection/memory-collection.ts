/** @file Pictures and their rows in memory, as they can be searched. */
import { sep } from 'node:path';
import { Names } from '../core/names.js';
import { slashed } from '../data/scan/scan-rules.js';
import type { Neighbours } from '../search/neighbours.js';
import type { Collection, CollectionPicture, FoundPicture, KnownPicture } from './collection.js';
import { FixedRows, NeighbourFinder } from './neighbour-finder.js';

/** How the nearest rows are found, if not by comparing all. */
export interface RowSearch {
  find(queries: Float32Array, k: number, exclude?: Int32Array): Promise<Neighbours>;
  release(): Promise<void>;
}

export interface MemoryCollectionInput {
  readonly dim: number;
  readonly threads: number;
  readonly pictures: readonly Omit<CollectionPicture, 'name'>[];
  /** float32[n, dim], unit rows */
  readonly features: Float32Array;
  /** Default: exact, by a NeighbourFinder. */
  readonly search?: RowSearch;
}

/** A collection, but for what its features are from. */
export function memoryCollection({
  dim,
  threads,
  pictures,
  features,
  search,
}: MemoryCollectionInput): Omit<Collection, 'source'> {
  const rows = search ?? exactSearch(features, dim, threads);
  const ids = pictures.map(({ id }) => id);
  const start = commonFolder(ids).length;
  const numPictures = new Set(ids).size;
  return {
    dim,
    threads,
    features,
    numPictures,
    pictures: pictures.map(({ id, label, hash }) => ({ id, name: slashed(id.slice(start)), label, hash })),
    nearest: (queries, k, exclude) => rows.find(queries, k, exclude),
    search: async (feature, k) => {
      const { indices, scores } = await rows.find(feature, Math.min(k + ids.length - numPictures, ids.length));
      const found = new Map<string, FoundPicture>();
      indices.forEach((row, rank) => {
        const picture = pictures[row];
        // A path that is there twice is one picture.
        if (picture === undefined || found.has(picture.id)) return;
        found.set(picture.id, { id: picture.id, label: picture.label, similarity: scores[rank]! });
      });
      return [...found.values()].slice(0, k);
    },
    lookUp: async (name): Promise<KnownPicture | undefined> => {
      const row = rowOf(name) ?? ids.indexOf(new Names(ids).find(name) ?? name);
      const picture = pictures[row];
      if (picture === undefined) return undefined;
      const { id, label } = picture;
      return { id, label, feature: features.subarray(row * dim, (row + 1) * dim) };
    },
    hasLabel: async (label) => pictures.some((picture) => picture.label === label),
    release: () => rows.release(),
  };
}

function exactSearch(features: Float32Array, dim: number, threads: number): RowSearch {
  const finder = new NeighbourFinder(dim, { threads });
  const rows = new FixedRows(features);
  return {
    find: (queries, k, exclude) => finder.find({ queries, rows, k, ...(exclude && { exclude }) }),
    release: () => finder.release(),
  };
}

/** The row that a name is, if it is a number. */
export function rowOf(name: string): number | undefined {
  return /^\d+$/.test(name) ? Number(name) : undefined;
}

/** The longest folder that all paths are in, with the separator at its end: that of the first and the last in order. */
function commonFolder(paths: readonly string[]): string {
  let [first, last] = [paths[0] ?? '', paths[0] ?? ''];
  for (const path of paths) {
    if (path < first) first = path;
    if (path > last) last = path;
  }
  let length = 0;
  while (length < first.length && first[length] === last[length]) length++;
  return first.slice(0, first.slice(0, length).lastIndexOf(sep) + 1);
}
