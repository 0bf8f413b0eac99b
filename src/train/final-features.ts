/** @file After a training: the features of all its pictures by its final encoder, which are what is searched. */
import { DamageError } from '../core/errors.js';
import { cachedEvalBatches } from '../data/batches/eval-batches.js';
import type { PictureCache } from '../data/cache/cache.js';
import type { RunConfig } from '../run/config.js';
import { ENCODE_BATCH } from '../run/embed.js';
import { encoderFile } from '../run/encoder-file.js';
import type { TrainEvent } from '../run/events.js';
import { featureBatches } from '../run/features.js';
import { loadEncoder } from '../run/load-encoder.js';
import { readReadout, type TrainedEncoder, type Weights, withReadout, writeReadout } from '../run/readout-file.js';
import type { Backend } from '../runtime/device.js';
import type { RunFolder } from '../store/run-folder/run-folder.js';
import { type FeaturesKey, PartialFeatures, readFeatures, writeFeatures } from '../store/run-folder/stored-features.js';
import { learnReadout } from './learn-readout.js';

/** A kill loses no more than what was encoded meanwhile. */
const KEEP_EVERY_MS = 10_000;

export interface FinalFeaturesInput {
  readonly run: RunFolder;
  readonly config: RunConfig;
  readonly cache: PictureCache;
  /** Of the newest checkpoint. */
  readonly trained: TrainedEncoder;
  readonly backend: Backend;
  /** Asked after each batch; what is encoded is then kept, and is not encoded again. */
  readonly shouldStop: () => boolean;
  readonly emit: (event: TrainEvent) => void;
}

/**
 * Encodes the pictures of a run, as they are, into its folder, unless their features by this encoder are there. Batches
 * are the same however often it was stopped, and so are the features, to the byte.
 *
 * @returns whether all are there; if not, it was asked to stop
 * @throws {NotFiniteError} if a picture has no feature of length one
 * @throws {DamageError} if the cache is damaged
 */
export async function finalFeatures(input: FinalFeaturesInput): Promise<boolean> {
  const {
    run,
    config: { settings },
    cache,
    backend,
    shouldStop,
    emit,
  } = input;
  const name = run.encoderPath;
  const weights = await theReadout(input);
  const file = encoderFile(settings, weights);
  await run.writeEncoder(file);
  const encoder = await loadEncoder(file, { settings, weights, backend, name });
  try {
    const key = { ...encoder, fingerprint: cache.fingerprint };
    if (await isThere(run, key, cache.length)) return true;
    const partial = await PartialFeatures.open(run.partialFeaturesPath, key, cache.length);
    const places = Array.from({ length: cache.length - partial.numRows }, (_, i) => partial.numRows + i);
    const batches = cachedEvalBatches(cache, { ...settings, batch: ENCODE_BATCH, places });
    const tell = (): void => emit({ kind: 'encoding', done: partial.numRows, of: cache.length });
    tell();
    let keptAt = performance.now();
    for await (const { features } of featureBatches(batches, encoder.encode, encoder.dim)) {
      partial.add(features);
      tell();
      const isStopped = partial.numRows < cache.length && shouldStop();
      if (isStopped || performance.now() - keptAt > KEEP_EVERY_MS) {
        await partial.keep();
        keptAt = performance.now();
      }
      if (isStopped) return false;
    }
    await writeFeatures(run.featuresPath, partial.features, key);
    await partial.remove();
    return true;
  } finally {
    await encoder.release();
  }
}

/** The weights with the readout of them, which is learnt unless it is there. */
async function theReadout({
  run,
  config: { settings },
  trained,
  cache,
  backend,
}: FinalFeaturesInput): Promise<Weights> {
  const { weights } = trained;
  if (settings.readout === 'features') return weights;
  const kept = await readReadout(run, settings, trained).catch(unlessDamaged);
  if (kept !== undefined) return kept;
  const readout = await learnReadout(settings, weights, cache, backend);
  if (readout === undefined) return weights;
  await writeReadout(run, settings, trained, readout);
  return withReadout(weights, readout);
}

async function isThere(run: RunFolder, key: FeaturesKey, numPictures: number): Promise<boolean> {
  const features = await readFeatures(run.featuresPath, key).catch(unlessDamaged);
  return features?.length === numPictures * key.dim;
}

/** What is damaged is made anew, as if it were not there. */
function unlessDamaged(error: unknown): undefined {
  if (!(error instanceof DamageError)) throw error;
}
