/** @file Encodes pictures of a run that follow one another, as they are, and goes on where that was interrupted. */
import { cachedEvalBatches } from '../data/batches/eval-batches.js';
import type { PictureCache } from '../data/cache/cache.js';
import { ENCODE_BATCH, type PictureEncoder } from '../run/embed.js';
import type { TrainEvent } from '../run/events.js';
import { featureBatches } from '../run/features.js';
import type { PartialFeatures } from '../store/run-folder/stored-features.js';

/** A kill loses no more than what was encoded meanwhile. */
const KEEP_EVERY_MS = 10_000;

export interface EncodeRangeInput {
  readonly cache: PictureCache;
  readonly encoder: Pick<PictureEncoder, 'encode' | 'dim' | 'transform'>;
  /** Place of its first picture. */
  readonly first: number;
  /** Told of the features of the first batch, float32[n, dim]. */
  readonly onFirst?: (rows: Float32Array) => void;
  /** Asked after each batch; what is encoded is then kept, and is not encoded again. */
  readonly shouldStop: () => boolean;
  readonly emit: (event: TrainEvent) => void;
}

/**
 * Batches are the same however often it was stopped, and so are the features, to the byte.
 *
 * @param partial what is encoded already, to which the rest comes
 * @returns whether all are done; if not, it was asked to stop
 * @throws {NotFiniteError} if a picture has no feature of length one
 * @throws {DamageError} if the cache is damaged
 */
export async function encodeRange(input: EncodeRangeInput, partial: PartialFeatures): Promise<boolean> {
  const { cache, encoder, first, onFirst, shouldStop, emit } = input;
  const of = partial.features.length / encoder.dim;
  const places = Array.from({ length: of - partial.numRows }, (_, i) => first + partial.numRows + i);
  const batches = cachedEvalBatches(cache, { ...encoder.transform, batch: ENCODE_BATCH, places });
  const tell = (): void => emit({ kind: 'encoding', done: partial.numRows, of });
  tell();
  let keptAt = performance.now();
  for await (const { features } of featureBatches(batches, encoder.encode, encoder.dim)) {
    if (partial.numRows === 0) onFirst?.(features);
    partial.add(features);
    tell();
    const isStopped = partial.numRows < of && shouldStop();
    if (isStopped || performance.now() - keptAt > KEEP_EVERY_MS) {
      await partial.keep();
      keptAt = performance.now();
    }
    if (isStopped) return false;
  }
  return true;
}
