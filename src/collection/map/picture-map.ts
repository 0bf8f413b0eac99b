/** @file A map of a collection: where each picture lies, with whom, how crowded it is there. */
import type { Neighbours } from '../../search/neighbours.js';
import type { Collection } from '../collection.js';
import { firstNeighbours, nearestOfEach } from '../nearest-of-each.js';
import { NUM_AROUND, outlierScores } from '../outliers.js';
import { densities } from './density.js';
import { runInThread } from './map-in-thread.js';
import { fitToSquare, layoutPca } from './pca.js';

export interface PictureMap {
  readonly method: 'pca' | 'umap';
  /** float32[n, 2], in [−1, 1] */
  readonly layout: Float32Array;
  /** int32[n], by descending size; −1 for none */
  readonly cluster: Int32Array;
  /** float32[n], in [0, 1] */
  readonly density: Float32Array;
  /** float32[n], mean distance (1 − cosine) to the nearest pictures, in [0, 2] */
  readonly outlier: Float32Array;
}

export interface MapOptions {
  /** Of the layout and the clusters, which are the same for the same seed; default 0. */
  readonly seed?: number;
  /** Of every row, at least 15 of each, if they are known already. */
  readonly neighbours?: Neighbours;
  /** Called with the part done, in [0, 1]. */
  readonly onProgress?: (part: number) => void;
  readonly signal?: AbortSignal;
}

/** Finding neighbours takes about this part of the time. */
export const NEIGHBOURS_PART = 0.3;

/** A map at once: the principal components, and nothing about neighbours, which take a while. */
export function quickMap({ features, dim, pictures }: Collection): PictureMap {
  const n = pictures.length;
  return {
    method: 'pca',
    layout: layoutPca(features, dim),
    cluster: new Int32Array(n).fill(-1),
    density: new Float32Array(n),
    outlier: new Float32Array(n),
  };
}

/**
 * Computes a map: UMAP's layout that begins at the principal components, and clusters of the same graph.
 *
 * Layout and clusters are computed in a thread of their own.
 *
 * @throws the signal's reason
 */
export async function computeMap(
  collection: Collection,
  { seed = 0, neighbours: known, onProgress, signal }: MapOptions = {},
): Promise<PictureMap> {
  const { features, dim, pictures } = collection;
  const found =
    known ??
    (await nearestOfEach(collection, NUM_AROUND, {
      onProgress: (done, of) => onProgress?.((NEIGHBOURS_PART * done) / of),
      ...(signal && { signal }),
    }));
  const neighbours = firstNeighbours(found, NUM_AROUND);
  const { layout, cluster } = await runInThread(
    { neighbours, numNodes: pictures.length, start: layoutPca(features, dim), seed },
    (part) => onProgress?.(NEIGHBOURS_PART + (1 - NEIGHBOURS_PART) * part),
    signal,
  );
  const outlier = outlierScores(neighbours, pictures.length);
  return { method: 'umap', layout: fitToSquare(layout), cluster, density: densities(outlier), outlier };
}
