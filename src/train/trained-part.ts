/** @file What of an encoder a training computes: all of it, or only what is added to a network that stays as it is. */

import { join } from 'node:path';
import { formatBytes } from '../core/format.js';
import type { PictureOrder } from '../data/batches/sampler.js';
import type { PictureCache } from '../data/cache/cache.js';
import { type Communicator, fromAll } from '../machines/communicator.js';
import type { Loss } from '../method/losses/loss.js';
import type { Encoder } from '../nn/encoders/encoder.js';
import type { RunConfig } from '../run/config.js';
import { architecturesOf } from '../run/encoder-form.js';
import type { TrainEvent } from '../run/events.js';
import type { Backend } from '../runtime/device.js';
import type { RunFolder } from '../store/run-folder/run-folder.js';
import { type BatchSource, cropSource } from './batch-source.js';
import { CropFeatureSource } from './crop-feature-source.js';
import { cropFeatures } from './crop-features.js';
import { localCopy } from './local-copy.js';
import type { PlaceRange } from './part-of-rank.js';

export interface TrainedPart {
  /** Its parameters have the names that they have in the whole encoder. */
  readonly encoder: Encoder;
  /** @param size side of the crops, in pixels */
  open(size: number, firstStep: number): BatchSource;
}

export interface TrainedPartInput {
  readonly run: RunFolder;
  readonly config: RunConfig;
  /** The whole encoder. */
  readonly encoder: Encoder;
  readonly loss: Loss;
  readonly cache: PictureCache;
  readonly backend: Backend;
  readonly order: PictureOrder;
  /** Pictures that it draws from. */
  readonly range: PlaceRange;
  readonly workers: number;
  readonly localCache: string | undefined;
  readonly shouldStop: () => boolean;
  readonly emit: (event: TrainEvent) => void;
  readonly machines: Communicator;
}

/** @returns undefined if a rank was asked to stop while crops were encoded */
export async function trainedPart(input: TrainedPartInput): Promise<TrainedPart | undefined> {
  const { run, config, encoder, loss, order, range, workers, machines } = input;
  const { settings } = config;
  const architectures = await architecturesOf(run, config);
  if (!settings.freeze) {
    const cachePath = await trainedFrom(input);
    return {
      encoder,
      open: (size, firstStep) =>
        cropSource(cachePath, { settings: { ...settings, size }, loss, workers }, order, firstStep),
    };
  }
  const { rank, size } = machines;
  const path = size === 1 ? run.cropFeaturesPath : join(`${run.cropFeaturesPath}.partial`, `${rank}-of-${size}`);
  const crops = await cropFeatures({ ...input, network: architectures.bare(settings), path });
  const areThere = await fromAll(machines, crops !== undefined);
  if (crops === undefined || !areThere.every(Boolean)) return undefined;
  const options = { crops, range, views: loss.views, seed: settings.seed };
  return {
    encoder: architectures.trained(settings),
    open: (_, firstStep) => new CropFeatureSource(options, order, firstStep),
  };
}

/** Where the pictures of crops are read: in the run, or in a copy. */
async function trainedFrom({ run, cache, range, localCache, emit }: TrainedPartInput): Promise<string> {
  if (localCache === undefined) return run.cachePath;
  const onCopy = (numBytes: number): void =>
    emit({ kind: 'noted', message: `${localCache}: copying ${formatBytes(numBytes)} of decoded pictures` });
  return localCopy(cache, range, localCache, onCopy);
}
