/** @file Fills a batch with augmented pictures of the cache: what a loader's worker does. */

import { Random } from '../../core/random.js';
import { openCache, type PictureCache } from '../cache/cache.js';
import { type Augmentation, Augmenter } from '../transform/augment.js';

/** All that determines the pixels of a batch besides its epoch and its indices. */
export interface BatchSettings {
  /** Folder of the cache. */
  readonly cacheDir: string;
  /** Side of the square pictures, in pixels. */
  readonly size: number;
  readonly augmentation: Augmentation;
  /** Crops of each picture, drawn one after the other; default 1. */
  readonly views?: number;
  /** The run's seed, an integer in [0, 2^32). */
  readonly seed: number;
}

export class BatchMaker {
  readonly #cache: PictureCache;
  readonly #augmenter: Augmenter;
  readonly #settings: BatchSettings;

  /** @throws {RunError} if there is no whole cache; {ArgumentError} if the augmentation is out of range */
  constructor(settings: BatchSettings) {
    this.#augmenter = new Augmenter(settings.size, settings.augmentation);
    this.#cache = openCache(settings.cacheDir);
    this.#settings = settings;
  }

  /**
   * @param indices int32[batch], places in the cache
   * @param images float32[views · batch, 3, size, size]: the first view of all pictures, then the second; overwritten
   */
  fill(epoch: number, indices: Int32Array, images: Float32Array): void {
    const { size, seed, views = 1 } = this.#settings;
    const stride = 3 * size * size;
    for (const [i, place] of indices.entries()) {
      const random = new Random(seed, 'augment', epoch, place);
      const picture = this.#cache.read(place);
      for (let view = 0; view < views; view++) {
        const start = (view * indices.length + i) * stride;
        this.#augmenter.apply(picture, random, images.subarray(start, start + stride));
      }
    }
  }

  close(): void {
    this.#cache.close();
  }
}
