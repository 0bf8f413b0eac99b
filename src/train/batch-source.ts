/** @file Where the batches of a training come from: crops that are made as they are wanted, or features that are there already. */
import { resolve } from 'node:path';
import { type Batch, Loader } from '../data/batches/loader.js';
import type { PictureOrder } from '../data/batches/sampler.js';
import type { Loss } from '../method/losses/loss.js';
import type { Settings } from '../method/settings.js';
import { smallerCrops } from '../method/step.js';
import { augmentationOf } from '../run/augmentation.js';

export interface BatchSource {
  /** Milliseconds that the last `next` had to wait. */
  readonly waitedMs: number;
  /** The batch of the next step. To be awaited before it is called again. */
  next(): Promise<Batch>;
  close(): Promise<void>;
}

/**
 * Crops of pictures of a cache.
 *
 * @param settings whose `size` is the side of the crops
 * @param order of the pictures, from `firstStep` on
 */
export function cropSource(
  cachePath: string,
  { settings, loss, workers }: { readonly settings: Settings; readonly loss: Loss; readonly workers: number },
  order: PictureOrder,
  firstStep: number,
): BatchSource {
  const { size, seed } = settings;
  const local = smallerCrops(loss, settings);
  const augmentation = augmentationOf(settings);
  const cacheDir = resolve(cachePath);
  const options = { cacheDir, size, augmentation, views: loss.views, ...(local && { local }), seed, workers };
  return new Loader(options, order, firstStep);
}
