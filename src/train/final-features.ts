/** @file After a training: the features of all its pictures by its final encoder, which are what is searched. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DamageError } from '../core/errors.js';
import type { PictureCache } from '../data/cache/cache.js';
import { readShares } from '../data/cache/shared-cache.js';
import { ALONE, type Communicator, fromAll, fromFirst } from '../machines/communicator.js';
import { encoderFile } from '../run/encoder-file.js';
import type { EncoderForm } from '../run/encoder-form.js';
import type { TrainEvent } from '../run/events.js';
import { loadEncoder } from '../run/load-encoder.js';
import { readReadout, type TrainedEncoder, type Weights, withReadout, writeReadout } from '../run/readout-file.js';
import type { Backend } from '../runtime/device.js';
import type { RunFolder } from '../store/run-folder/run-folder.js';
import { type FeaturesKey, PartialFeatures, readFeatures, writeFeatures } from '../store/run-folder/stored-features.js';
import { encodeRange } from './encode-range.js';
import { learnReadout } from './learn-readout.js';
import { type PlaceRange, rangesOfRanks } from './part-of-rank.js';

export interface FinalFeaturesInput {
  readonly run: RunFolder;
  readonly form: EncoderForm;
  readonly cache: PictureCache;
  /** Of the newest checkpoint. */
  readonly trained: TrainedEncoder;
  readonly backend: Backend;
  /** Asked after each batch; what is encoded is then kept, and is not encoded again. */
  readonly shouldStop: () => boolean;
  readonly emit: (event: TrainEvent) => void;
  /** Default alone. */
  readonly machines?: Communicator;
}

/**
 * Encodes the pictures of a run, as they are, into its folder, unless their features by this encoder are there. Batches
 * are the same however often it was stopped, and so are the features, to the byte, for one number of ranks: each encodes
 * the pictures that it has trained on.
 *
 * @returns whether all are there; if not, a rank was asked to stop
 * @throws {NotFiniteError} if a picture has no feature of length one
 * @throws {DamageError} if the cache is damaged
 */
export async function finalFeatures(input: FinalFeaturesInput): Promise<boolean> {
  const { run, form, cache, backend, shouldStop, emit, machines = ALONE } = input;
  const name = run.encoderPath;
  const isFirst = machines.rank === 0;
  // The others find what the first has learnt.
  const ofFirst = isFirst ? await theReadout(input) : undefined;
  await machines.barrier();
  const weights = ofFirst ?? (await theReadout(input));
  const file = encoderFile(form, weights);
  if (isFirst) await run.writeEncoder(file);
  const encoder = await loadEncoder(file, { form, weights, backend, name });
  try {
    const key = { ...encoder, fingerprint: cache.fingerprint };
    if (await fromFirst(machines, isFirst ? await isThere(run, key, cache.length) : undefined)) return true;
    const ranges = rangesOfRanks(cache, readShares(run.cachePath), machines.size);
    const partials = ranges.map((_, rank) => partialPath(run, rank, machines.size));
    const { first, length } = ranges[machines.rank]!;
    const own = await PartialFeatures.open(partials[machines.rank]!, key, length);
    const isWhole = await encodeRange({ cache, encoder, first, shouldStop, emit }, own);
    if (machines.size > 1) await own.keep();
    if (!(await fromAll(machines, isWhole)).every(Boolean)) return false;
    if (isFirst) {
      await writeFeatures(run.featuresPath, await joined(own, partials, ranges, key), key);
      await rm(run.partialFeaturesPath, { recursive: true, force: true });
    }
    await machines.barrier();
    return true;
  } finally {
    await encoder.release();
  }
}

/** Where a rank keeps what it has encoded. */
function partialPath({ partialFeaturesPath }: RunFolder, rank: number, ranks: number): string {
  return ranks === 1 ? partialFeaturesPath : join(partialFeaturesPath, `${rank}-of-${ranks}`);
}

/** The features of all ranks, of which the others have kept theirs. */
async function joined(
  own: PartialFeatures,
  paths: readonly string[],
  ranges: readonly PlaceRange[],
  key: FeaturesKey,
): Promise<Float32Array> {
  if (paths.length === 1) return own.features;
  const all = new Float32Array(ranges.reduce((sum, { length }) => sum + length, 0) * key.dim);
  for (const [rank, { first, length }] of ranges.entries()) {
    const { features } = rank === 0 ? own : await PartialFeatures.open(paths[rank]!, key, length);
    all.set(features, first * key.dim);
  }
  return all;
}

/** The weights with the readout of them, which is learnt unless it is there. */
async function theReadout({ run, form, trained, cache, backend }: FinalFeaturesInput): Promise<Weights> {
  const { weights } = trained;
  if (form.settings.readout === 'features') return weights;
  const kept = await readReadout(run, form, trained).catch(unlessDamaged);
  if (kept !== undefined) return kept;
  const readout = await learnReadout(form, weights, cache, backend);
  if (readout === undefined) return weights;
  await writeReadout(run, form, trained, readout);
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
