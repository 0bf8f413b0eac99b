/** @file The pictures that a run answers about, with their features: those it was trained on, or those of its index. */
import { sep } from 'node:path';
import { openCache } from '../data/cache/cache.js';
import type { Backend } from '../runtime/device.js';
import type { Neighbours } from '../search/neighbours.js';
import type { Embeddings } from '../store/embeddings/embeddings-format.js';
import { APPROXIMATE_FROM } from '../store/index/approximate-index.js';
import { indexAddress } from '../store/index/index-address.js';
import { PictureIndex } from '../store/index/picture-index.js';
import { RunFolder } from '../store/run-folder/run-folder.js';
import { ApproximateSearch } from './approximate-search.js';
import { ExactSearch } from './exact-search.js';

export interface CollectionPicture {
  /** The absolute path, or `path#index` for a record. */
  readonly id: string;
  /** The id without the folder that all pictures are in. */
  readonly name: string;
  readonly label: string | null;
  /** SHA-256 of the picture's bytes, in hexadecimal; undefined where it is not known. */
  readonly hash: string | undefined;
}

/** Pictures in the order of their ids; a picture's place is its row. */
export interface Collection {
  readonly source: 'bank' | 'index';
  readonly dim: number;
  /** CPU threads that a search may take. */
  readonly threads: number;
  readonly pictures: readonly CollectionPicture[];
  /** float32[n, dim], unit rows */
  readonly features: Float32Array;
  /**
   * Finds the rows most similar to each query.
   *
   * @param queries float32[numQueries, dim], unit rows
   * @param k at least 1; more than there are rows leaves places empty
   * @param exclude int32[numQueries], a row that each query may not find, such as its own; −1 for none
   */
  nearest(queries: Float32Array, k: number, exclude?: Int32Array): Promise<Neighbours>;
  release(): Promise<void>;
}

/** What a collection needs of a run. */
export interface CollectionRun {
  readonly path: string;
  readonly bank: Embeddings;
  readonly backend: Backend;
  /** See TrainedRun. */
  readonly encoderKey: string;
}

/**
 * Opens the pictures of a run's index if it has one, else those it was trained on.
 *
 * @throws {RunError} if the index is of an earlier encoder or cannot be read, or the run is damaged
 */
export async function openCollection(run: CollectionRun): Promise<Collection> {
  const index = await PictureIndex.open(await indexAddress(await RunFolder.open(run.path)), run.encoderKey);
  return index === undefined ? openBankCollection(run) : indexCollection(index, run.backend);
}

/**
 * The pictures a run was trained on, with the rows of its memory bank.
 *
 * @throws {RunError} if the run is damaged
 */
export async function openBankCollection({ path, bank, backend }: CollectionRun): Promise<Collection> {
  const { cachePath } = await RunFolder.open(path);
  const cache = openCache(cachePath);
  const hashes = cache.keys;
  cache.close();
  const { ids, labels, features, dim } = bank;
  const pictures = ids.map((id, row) => ({ id, label: labels?.[row] ?? null, hash: hashes[row] }));
  return collectionOf('bank', pictures, features, new ExactSearch(features, dim, backend));
}

async function indexCollection(index: PictureIndex, backend: Backend): Promise<Collection> {
  const { pictures, features } = await index.read();
  const { dim } = index;
  if (pictures.length >= APPROXIMATE_FROM) {
    const ids = pictures.map(({ id }) => id);
    return collectionOf('index', pictures, features, new ApproximateSearch(index, ids, features, backend));
  }
  index.close();
  return collectionOf('index', pictures, features, new ExactSearch(features, dim, backend));
}

function collectionOf(
  source: Collection['source'],
  pictures: readonly Omit<CollectionPicture, 'name'>[],
  features: Float32Array,
  search: ExactSearch | ApproximateSearch,
): Collection {
  const start = commonFolder(pictures[0]?.id, pictures.at(-1)?.id).length;
  return {
    source,
    dim: search.dim,
    threads: search.threads,
    features,
    pictures: pictures.map(({ id, label, hash }) => ({ id, name: id.slice(start), label, hash })),
    nearest: (queries, k, exclude) => search.find(queries, k, exclude),
    release: () => search.release(),
  };
}

/** The longest folder that two paths are in, and so all between them, with the separator at its end. */
function commonFolder(first = '', last = ''): string {
  let length = 0;
  while (length < first.length && first[length] === last[length]) length++;
  return first.slice(0, first.slice(0, length).lastIndexOf(sep) + 1);
}
