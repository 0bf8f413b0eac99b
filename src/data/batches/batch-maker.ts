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
  /** Further crops, drawn after the others. */
  readonly local?: LocalCrops;
  /** The run's seed, an integer in [0, 2^32). */
  readonly seed: number;
}

/** Smaller crops. */
export interface LocalCrops {
  readonly count: number;
  /** Side, in pixels. */
  readonly size: number;
  /** Least and greatest part of the area. */
  readonly scale: readonly [number, number];
}

/** Numbers of a batch: of the crops of full size, and of the smaller ones, which come after them. */
export function lengthsOf(
  { views = 1, size, local }: Pick<BatchSettings, 'views' | 'size' | 'local'>,
  batch: number,
): readonly [images: number, local: number] {
  return [views * batch * 3 * size * size, local === undefined ? 0 : local.count * batch * 3 * local.size ** 2];
}

export class BatchMaker {
  readonly #cache: PictureCache;
  readonly #augmenter: Augmenter;
  readonly #local: Augmenter | undefined;
  readonly #settings: BatchSettings;

  /** @throws {RunError} if there is no whole cache; {ArgumentError} if the augmentation is out of range */
  constructor(settings: BatchSettings) {
    this.#augmenter = new Augmenter(settings.size, settings.augmentation);
    const { local, augmentation } = settings;
    this.#local = local && new Augmenter(local.size, { ...augmentation, scale: local.scale });
    this.#cache = openCache(settings.cacheDir);
    this.#settings = settings;
  }

  /**
   * @param indices int32[batch], places in the cache
   * @param images float32[views · batch, 3, size, size]: the first view of all pictures, then the second;
   *   then the smaller ones, float32[count · batch, 3, local.size, local.size], likewise; overwritten
   */
  fill(epoch: number, indices: Int32Array, images: Float32Array): void {
    const { size, seed, views = 1, local } = this.#settings;
    const [endOfImages] = lengthsOf(this.#settings, indices.length);
    for (const [i, place] of indices.entries()) {
      const random = new Random(seed, 'augment', epoch, place);
      const picture = this.#cache.read(place);
      for (let view = 0; view < views; view++) {
        const length = 3 * size * size;
        const start = (view * indices.length + i) * length;
        this.#augmenter.apply(picture, random, images.subarray(start, start + length));
      }
      for (let view = 0; local !== undefined && view < local.count; view++) {
        const length = 3 * local.size * local.size;
        const start = endOfImages + (view * indices.length + i) * length;
        this.#local!.apply(picture, random, images.subarray(start, start + length));
      }
    }
  }

  close(): void {
    this.#cache.close();
  }
}
