/** @file Fills a batch with augmented pictures of the cache: what a loader's worker does. */

import { Random } from '../core/random.js';
import { type Augmentation, Augmenter } from './augment.js';
import { openCache, type PictureCache } from './cache.js';

/** All that determines the pixels of a batch besides its epoch and its indices. */
export interface BatchSettings {
  /** Folder of the cache. */
  readonly cacheDir: string;
  /** Side of the square pictures, in pixels. */
  readonly size: number;
  readonly augmentation: Augmentation;
  /** The run's seed, an integer in [0, 2^32). */
  readonly seed: number;
}

export class BatchMaker {
  readonly #cache: PictureCache;
  readonly #augmenter: Augmenter;
  readonly #settings: BatchSettings;

  /** @throws {DataError} if there is no whole cache; {ArgumentError} if the augmentation is out of range */
  constructor(settings: BatchSettings) {
    this.#augmenter = new Augmenter(settings.size, settings.augmentation);
    this.#cache = openCache(settings.cacheDir);
    this.#settings = settings;
  }

  /**
   * @param indices int32[batch], places in the cache
   * @param images float32[batch, 3, size, size]; overwritten
   */
  fill(epoch: number, indices: Int32Array, images: Float32Array): void {
    const { size, seed } = this.#settings;
    const stride = 3 * size * size;
    for (const [i, index] of indices.entries()) {
      const random = new Random(seed, 'augment', epoch, index);
      this.#augmenter.apply(this.#cache.read(index), random, images.subarray(i * stride, (i + 1) * stride));
    }
  }

  close(): void {
    this.#cache.close();
  }
}
