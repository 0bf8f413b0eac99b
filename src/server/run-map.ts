/** @file The map of a run: the principal components at once, UMAP's layout when it is done. */
import { tableToIPC } from 'apache-arrow';
import type { Collection } from '../collection/collection.js';
import { type Cluster, clusterNames, clustersOf, nameCluster } from '../collection/map/cluster-names.js';
import { keptMap, openMap } from '../collection/map/map-file.js';
import { mapTable, withClusterNames } from '../collection/map/map-table.js';
import { NEIGHBOURS_PART, type PictureMap, quickMap } from '../collection/map/picture-map.js';
import type { Neighbours } from '../search/neighbours.js';
import type { MapStatus } from './api.js';
import type { Background } from './background.js';
import { Once } from './once.js';
import { RequestError } from './problem.js';

export interface RunMapOptions extends Background {
  readonly runPath: string;
  /** See OpenMapOptions. */
  readonly keepsPlaces: boolean;
  /** Of every row; told the part done. */
  readonly neighbours: (onProgress: (part: number) => void) => Promise<Neighbours>;
}

export class RunMap {
  readonly #collection: Collection;
  readonly #options: RunMapOptions;
  readonly #quick = new Once(async () => this.#encode(quickMap(this.#collection), new Map()));
  readonly #kept = new Once(() => keptMap(this.#options.runPath, this.#collection));
  #umap: PictureMap | undefined;
  /** With the names of clusters that are in it. */
  #encoded: { readonly names: string; readonly bytes: Uint8Array } | undefined;
  #hasBegun = false;
  #progress = 0;

  constructor(collection: Collection, options: RunMapOptions) {
    this.#collection = collection;
    this.#options = options;
  }

  get status(): MapStatus {
    return this.#umap === undefined ? { method: 'pca', progress: this.#progress } : { method: 'umap', progress: 1 };
  }

  /**
   * The best map there is at this moment.
   *
   * @param mayCompute whether to begin with UMAP's, which keeps a core busy for a minute or more
   * @returns an Arrow IPC stream
   */
  async get(mayCompute: boolean): Promise<Uint8Array> {
    const map = await this.#best();
    if (map !== undefined) {
      const names = await clusterNames(this.#options.runPath, this.#collection, map.cluster);
      const key = JSON.stringify([...names]);
      if (this.#encoded?.names !== key) this.#encoded = { names: key, bytes: this.#encode(map, names) };
      return this.#encoded.bytes;
    }
    if (mayCompute && !this.#hasBegun) {
      this.#hasBegun = true;
      this.#compute().catch(this.#options.onError);
    }
    return this.#quick.get();
  }

  /** All of them, the largest first; none until they are found, which `get` begins. */
  async clusters(): Promise<Cluster[]> {
    const map = await this.#best();
    if (map === undefined) return [];
    const names = await clusterNames(this.#options.runPath, this.#collection, map.cluster);
    return clustersOf(this.#collection, map.cluster, names);
  }

  /** @throws {RequestError} if there is no such cluster, or none is found yet */
  async nameCluster(number: number, name: string | null): Promise<void> {
    const map = await this.#best();
    if (map === undefined) {
      throw new RequestError(
        409,
        'cluster: expected the map to be laid out, got none yet. Wait for GET /api/map/status.',
      );
    }
    if (!map.cluster.includes(number)) {
      throw new RequestError(404, `cluster: expected one that GET /api/clusters lists, got ${number}.`);
    }
    await nameCluster(this.#options.runPath, this.#collection, map.cluster, number, name);
  }

  async #best(): Promise<PictureMap | undefined> {
    this.#umap ??= await this.#kept.get();
    return this.#umap;
  }

  async #compute(): Promise<void> {
    const { runPath, keepsPlaces, signal } = this.#options;
    const tell = (part: number): void => {
      this.#progress = part;
    };
    try {
      const neighbours = await this.#options.neighbours((part) => tell(NEIGHBOURS_PART * part));
      this.#umap = await openMap(runPath, this.#collection, {
        neighbours,
        keepsPlaces,
        onProgress: tell,
        signal,
        onNotKept: this.#options.onError,
      });
    } catch (error) {
      // Whoever asks again has it tried again.
      this.#hasBegun = false;
      throw error;
    } finally {
      this.#progress = 0;
    }
  }

  #encode(map: PictureMap, names: ReadonlyMap<number, string>): Uint8Array {
    return tableToIPC(withClusterNames(mapTable(this.#collection, map), names), 'stream');
  }
}
