/** @file What a single search is made in: a bank, an embedded folder, or an index; a large one is not read whole for it. */
import { Names } from '../core/names.js';
import { searchExact } from '../search/exact.js';
import type { Embeddings } from '../store/embeddings/embeddings-format.js';
import { APPROXIMATE_FROM } from '../store/index/approximate-index.js';
import { indexAddress } from '../store/index/index-address.js';
import { PictureIndex } from '../store/index/picture-index.js';
import { RunFolder } from '../store/run-folder/run-folder.js';
import type { CollectionRun } from './collection.js';

/** A picture that was found. */
export interface Found {
  readonly id: string;
  readonly label: string | null;
  /** Cosine, in [−1, 1]. */
  readonly similarity: number;
}

/** A picture of the source, with float32[dim]. */
export interface SourcePicture {
  readonly id: string;
  readonly feature: Float32Array;
}

export interface SearchSource {
  readonly dim: number;
  readonly numPictures: number;
  /** The `k` pictures most similar to a feature, float32[dim], best first; all if there are fewer. */
  nearest(feature: Float32Array, k: number): Promise<readonly Found[]>;
  /** A picture by its id, or by its row: its place, from 0, in the order of the ids. */
  lookUp(name: string): Promise<SourcePicture | undefined>;
  close(): void;
}

/**
 * The pictures of a run's index if it has one, else those it was trained on.
 *
 * @throws {RunError} if the index is of an earlier encoder or cannot be read
 */
export async function openSearchSource({ path, encoderKey, bank }: CollectionRun): Promise<SearchSource> {
  const index = await PictureIndex.open(await indexAddress(await RunFolder.open(path)), encoderKey);
  if (index === undefined) return embeddingsSource(bank);
  if ((await index.count()) >= APPROXIMATE_FROM) return indexSource(index);
  // Read whole, so that no damage passes as a picture that is not found.
  const { pictures, features } = await index.read();
  index.close();
  return embeddingsSource({
    ids: pictures.map(({ id }) => id),
    labels: pictures.map(({ label }) => label),
    features,
    dim: index.dim,
  });
}

/** Features in memory. */
export function embeddingsSource({ ids, labels, features, dim }: Embeddings): SearchSource {
  const names = new Names(ids);
  const numPictures = new Set(ids).size;
  const numDoubles = ids.length - numPictures;
  return {
    dim,
    numPictures,
    nearest: async (feature, k) => {
      const most = Math.min(k + numDoubles, ids.length);
      const { indices, scores } = searchExact({ queries: feature, rows: features, dim, k: most });
      const found = new Map<string, Found>();
      indices.forEach((row, rank) => {
        const id = ids[row]!;
        // A path that is there twice is one picture.
        if (!found.has(id)) found.set(id, { id, label: labels?.[row] ?? null, similarity: scores[rank]! });
      });
      return [...found.values()].slice(0, k);
    },
    lookUp: async (name) => {
      const row = rowOf(name) ?? ids.indexOf(names.find(name) ?? name);
      const id = ids[row];
      return id === undefined ? undefined : { id, feature: features.subarray(row * dim, (row + 1) * dim) };
    },
    close: () => undefined,
  };
}

async function indexSource(index: PictureIndex): Promise<SearchSource> {
  return {
    dim: index.dim,
    numPictures: await index.count(),
    nearest: (feature, k) => index.nearest(feature, k),
    lookUp: async (name) => {
      const row = rowOf(name);
      const find = async (id: string | undefined): ReturnType<typeof index.find> =>
        index.find(id === undefined ? [] : [id]);
      let found = await find(row === undefined ? name : (await idsOf(index)).sort()[row]);
      if (found.pictures.length === 0 && row === undefined)
        found = await find(new Names(await idsOf(index)).find(name));
      const { pictures, features } = found;
      return pictures[0] === undefined ? undefined : { id: pictures[0].id, feature: features };
    },
    close: () => index.close(),
  };
}

async function idsOf(index: PictureIndex): Promise<string[]> {
  return (await index.pictures()).map(({ id }) => id);
}

function rowOf(name: string): number | undefined {
  return /^\d+$/.test(name) ? Number(name) : undefined;
}
