/** @file A large index, searched where it lies: what is asked for is all that is read of it. */
import { Names } from '../core/names.js';
import type { PictureIndex } from '../store/index/picture-index.js';
import type { FoundPicture, KnownPicture, SearchSource } from './collection.js';
import { rowOf } from './memory-collection.js';

export class LargeIndex implements SearchSource {
  readonly source = 'index';
  readonly dim: number;
  readonly numPictures: number;
  readonly #index: PictureIndex;

  constructor(index: PictureIndex, numPictures: number) {
    this.#index = index;
    this.dim = index.dim;
    this.numPictures = numPictures;
  }

  search(feature: Float32Array, k: number): Promise<readonly FoundPicture[]> {
    return this.#index.nearest(feature, k);
  }

  async lookUp(name: string): Promise<KnownPicture | undefined> {
    const row = rowOf(name);
    if (row !== undefined) return this.#find((await this.#ids()).sort()[row]);
    return (await this.#find(name)) ?? this.#find(new Names(await this.#ids()).find(name));
  }

  async #find(id: string | undefined): Promise<KnownPicture | undefined> {
    if (id === undefined) return undefined;
    const { pictures, features } = await this.#index.find([id]);
    return pictures[0] === undefined ? undefined : { id: pictures[0].id, label: pictures[0].label, feature: features };
  }

  hasLabel(label: string): Promise<boolean> {
    return this.#index.hasLabel(label);
  }

  async #ids(): Promise<string[]> {
    return (await this.#index.pictures()).map(({ id }) => id);
  }

  async release(): Promise<void> {
    this.#index.close();
  }
}
