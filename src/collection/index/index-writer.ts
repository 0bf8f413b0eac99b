/** @file Puts pictures into an index as they come, several seconds' worth at a time. */

import type { IndexedPicture } from '../../store/index/indexed-picture.js';
import type { WritableIndex } from '../../store/index/shared-index.js';
import type { HashedPicture } from './index-plan.js';

/** A crash loses no more than what was encoded meanwhile; every writing makes a file, so they should not be small. */
const WRITE_EVERY_MS = 15_000;

export class IndexWriter {
  readonly #index: WritableIndex;
  #pictures: IndexedPicture[] = [];
  #features: Float32Array[] = [];
  /** Pictures whose features are in the index already, with the id under which. */
  #adopted: { readonly picture: IndexedPicture; readonly from: string }[] = [];
  #writtenAt = performance.now();

  constructor(index: WritableIndex) {
    this.#index = index;
  }

  /** @param features float32[pictures, dim], copied */
  async add(pictures: readonly HashedPicture[], features: Float32Array): Promise<void> {
    this.#pictures.push(...pictures.map(indexed));
    this.#features.push(features.slice());
    await this.#writeNowAndThen();
  }

  /** Takes a picture whose content is in the index under the id `from`, with the feature it has there. */
  async adopt(picture: HashedPicture, from: string): Promise<void> {
    this.#adopted.push({ picture: indexed(picture), from });
    await this.#writeNowAndThen();
  }

  /** Writes what has come since the last time. */
  async write(): Promise<void> {
    await this.#takeAdopted();
    const { dim } = this.#index;
    const features = new Float32Array(this.#pictures.length * dim);
    let end = 0;
    for (const part of this.#features) {
      features.set(part, end);
      end += part.length;
    }
    if (this.#pictures.length > 0) await this.#index.put({ pictures: this.#pictures, features });
    this.#pictures = [];
    this.#features = [];
    this.#writtenAt = performance.now();
  }

  async #writeNowAndThen(): Promise<void> {
    if (performance.now() - this.#writtenAt > WRITE_EVERY_MS) await this.write();
  }

  async #takeAdopted(): Promise<void> {
    const { dim } = this.#index;
    const { pictures, features } = await this.#index.find([...new Set(this.#adopted.map(({ from }) => from))]);
    const rowOf = new Map(pictures.map(({ id }, row) => [id, row]));
    for (const { picture, from } of this.#adopted) {
      const row = rowOf.get(from);
      // Somebody else may have removed it meanwhile; the next indexing finds the picture new.
      if (row === undefined) continue;
      this.#pictures.push(picture);
      this.#features.push(features.subarray(row * dim, (row + 1) * dim));
    }
    this.#adopted = [];
  }
}

function indexed({ id, label, hash, size, mtimeMs }: HashedPicture): IndexedPicture {
  return { id, label: label ?? null, hash, size, mtimeMs };
}
