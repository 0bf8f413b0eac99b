/** @file Features of some random crops of each picture by a network that stays as it is: all that a training of what is added to it looks at. */
import { dirname, resolve } from 'node:path';
import { Loader } from '../data/batches/loader.js';
import type { PictureOrder } from '../data/batches/sampler.js';
import type { PictureCache } from '../data/cache/cache.js';
import { contentKey } from '../data/cache/cache-format.js';
import { encodeGraph } from '../method/encode.js';
import type { Encoder } from '../nn/encoders/encoder.js';
import { Variables } from '../nn/variables.js';
import { augmentationOf } from '../run/augmentation.js';
import type { RunConfig } from '../run/config.js';
import { ENCODE_BATCH } from '../run/embed.js';
import type { TrainEvent } from '../run/events.js';
import type { Backend } from '../runtime/device.js';
import { Program } from '../runtime/program.js';
import { makeFolder } from '../store/files/make-folder.js';
import type { RunFolder } from '../store/run-folder/run-folder.js';
import { PartialFeatures, readFeatures, writeFeatures } from '../store/run-folder/stored-features.js';
import type { PlaceRange } from './part-of-rank.js';

const KEEP_EVERY_MS = 10_000;

export interface CropFeaturesInput {
  readonly run: RunFolder;
  readonly config: RunConfig;
  /** The network, without what is added to it. */
  readonly network: Encoder;
  readonly cache: PictureCache;
  /** Pictures whose crops are wanted. */
  readonly range: PlaceRange;
  /** Where they are kept. */
  readonly path: string;
  readonly backend: Backend;
  readonly workers: number;
  /** Asked after each batch; what is encoded is then kept, and is not encoded again. */
  readonly shouldStop: () => boolean;
  readonly emit: (event: TrainEvent) => void;
}

export interface CropFeatures {
  readonly dim: number;
  /** float32[crops, n, dim]: the first crop of all pictures of the range, then the second. */
  readonly features: Float32Array;
}

/**
 * Encodes crops as training would draw them, those of an epoch one after another; what is on disk already is read.
 *
 * @returns undefined if it was asked to stop
 * @throws {NotFiniteError} if one has no finite feature
 */
export async function cropFeatures(input: CropFeaturesInput): Promise<CropFeatures | undefined> {
  const { run, config, network, cache, range, path, backend, shouldStop, emit } = input;
  const { settings } = config;
  const numRows = settings.frozenCrops * range.length;
  const batch = Math.min(ENCODE_BATCH, range.length);
  const graph = encodeGraph(network, { batch, size: settings.size }, new Variables('folded', new Map()));
  const dim = graph['features']!.shape[1]!;
  const key = { encoderKey: keyOf(config), fingerprint: cache.fingerprint, dim };
  const known = await readFeatures(path, key).catch(() => undefined);
  if (known?.length === numRows * dim) return { dim, features: known };

  const partial = await PartialFeatures.open(`${path}.partial`, key, numRows);
  const order = new EachInTurn(range, batch);
  const loader = new Loader(
    {
      cacheDir: resolve(run.cachePath),
      size: settings.size,
      augmentation: augmentationOf(settings),
      seed: settings.seed,
      workers: input.workers,
    },
    order,
    order.stepOf(partial.numRows),
  );
  const program = await Program.create(graph, backend);
  try {
    let keptAt = performance.now();
    while (partial.numRows < numRows) {
      const { step, images } = await loader.next();
      const rows = (await program.run({ images }))['features']!;
      partial.add(rows.subarray(0, order.countOf(step) * dim));
      emit({ kind: 'cropping', done: partial.numRows, of: numRows });
      const isStopped = partial.numRows < numRows && shouldStop();
      if (isStopped || performance.now() - keptAt > KEEP_EVERY_MS) {
        await partial.keep();
        keptAt = performance.now();
      }
      if (isStopped) return undefined;
    }
    await makeFolder(dirname(path));
    await writeFeatures(path, partial.features, key);
    await partial.remove();
    return { dim, features: partial.features };
  } finally {
    await loader.close();
    await program.release();
  }
}

/** What the numbers depend on beside the pictures. */
function keyOf({ settings, network }: RunConfig): string {
  const { size, seed, frozenCrops, cut, channels, layout } = settings;
  const all = { network: network?.sha256, size, seed, frozenCrops, cut, channels, layout, ...augmentationOf(settings) };
  return contentKey(Buffer.from(JSON.stringify(all)));
}

/** All pictures of a range in their order, epoch after epoch; the last batch of an epoch is completed with its first pictures. */
class EachInTurn implements PictureOrder {
  readonly batchSize: number;
  readonly #range: PlaceRange;
  readonly #stepsPerEpoch: number;

  constructor(range: PlaceRange, batch: number) {
    this.batchSize = batch;
    this.#range = range;
    this.#stepsPerEpoch = Math.ceil(range.length / batch);
  }

  batch(step: number): { epoch: number; indices: Int32Array } {
    const first = (step % this.#stepsPerEpoch) * this.batchSize;
    return {
      epoch: Math.floor(step / this.#stepsPerEpoch),
      indices: Int32Array.from(
        { length: this.batchSize },
        (_, i) => this.#range.first + ((first + i) % this.#range.length),
      ),
    };
  }

  /** Rows of a step that do not come a second time. */
  countOf(step: number): number {
    const first = (step % this.#stepsPerEpoch) * this.batchSize;
    return Math.min(this.batchSize, this.#range.length - first);
  }

  /** The step that goes on after so many rows; rows are kept by whole batches. */
  stepOf(numRows: number): number {
    const epoch = Math.floor(numRows / this.#range.length);
    return epoch * this.#stepsPerEpoch + (numRows % this.#range.length) / this.batchSize;
  }
}
