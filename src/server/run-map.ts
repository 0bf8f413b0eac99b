/** @file The map of a run: the principal components at once, UMAP's layout when it is done. */
import { tableToIPC } from 'apache-arrow';
import type { Collection } from '../collection/collection.js';
import { keptMap, openMap } from '../collection/map/map-file.js';
import { mapTable } from '../collection/map/map-table.js';
import { NEIGHBOURS_PART, type PictureMap, quickMap } from '../collection/map/picture-map.js';
import type { Neighbours } from '../search/neighbours.js';
import type { MapStatus } from './api.js';
import type { Background } from './background.js';
import { Once } from './once.js';

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
  readonly #quick = new Once(async () => this.#encode(quickMap(this.#collection)));
  readonly #kept = new Once(() => keptMap(this.#options.runPath, this.#collection));
  #umap: Uint8Array | undefined;
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
    if (this.#umap !== undefined) return this.#umap;
    const kept = await this.#kept.get();
    if (kept !== undefined) {
      this.#umap = this.#encode(kept);
      return this.#umap;
    }
    if (mayCompute && !this.#hasBegun) {
      this.#hasBegun = true;
      this.#compute().catch(this.#options.onError);
    }
    return this.#quick.get();
  }

  async #compute(): Promise<void> {
    const { runPath, keepsPlaces, signal } = this.#options;
    const tell = (part: number): void => {
      this.#progress = part;
    };
    try {
      const neighbours = await this.#options.neighbours((part) => tell(NEIGHBOURS_PART * part));
      const map = await openMap(runPath, this.#collection, {
        neighbours,
        keepsPlaces,
        onProgress: tell,
        signal,
        onNotKept: this.#options.onError,
      });
      this.#umap = this.#encode(map);
    } catch (error) {
      // Whoever asks again has it tried again.
      this.#hasBegun = false;
      throw error;
    } finally {
      this.#progress = 0;
    }
  }

  #encode(map: PictureMap): Uint8Array {
    return tableToIPC(mapTable(this.#collection, map), 'stream');
  }
}
