/** @file The batches of a training of what is added to a network: features of crops that are encoded already. */
import { Random } from '../core/random.js';
import type { Batch } from '../data/batches/loader.js';
import type { PictureOrder } from '../data/batches/sampler.js';
import type { CropFeatures } from './crop-features.js';
import type { PlaceRange } from './part-of-rank.js';

export interface CropFeatureSourceOptions {
  readonly crops: CropFeatures;
  /** Of which pictures they are. */
  readonly range: PlaceRange;
  /** Crops of each picture that a step is shown: different ones, while there are enough. */
  readonly views: number;
  readonly seed: number;
}

/** Gives batches as a `Loader` does, which need no waiting for. */
export class CropFeatureSource {
  readonly waitedMs = 0;
  readonly #options: CropFeatureSourceOptions;
  readonly #order: PictureOrder;
  #step: number;

  constructor(options: CropFeatureSourceOptions, order: PictureOrder, firstStep: number) {
    this.#options = options;
    this.#order = order;
    this.#step = firstStep;
  }

  /** @returns its `images` are float32[views · batch, dim]: the first crops of all pictures, then the second */
  async next(): Promise<Batch> {
    const { crops, range, views, seed } = this.#options;
    const { dim, features } = crops;
    const numCrops = features.length / (range.length * dim);
    const step = this.#step++;
    const { epoch, indices } = this.#order.batch(step);
    const images = new Float32Array(views * indices.length * dim);
    for (const [i, place] of indices.entries()) {
      const drawn = new Random(seed, 'augment', epoch, place).permutation(numCrops);
      for (let view = 0; view < views; view++) {
        const row = drawn[view % numCrops]! * range.length + place - range.first;
        images.set(features.subarray(row * dim, (row + 1) * dim), (view * indices.length + i) * dim);
      }
    }
    return { step, epoch, indices, images };
  }

  async close(): Promise<void> {}
}
