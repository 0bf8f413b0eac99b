/** @file A share of a run's pictures, or all of them: decoded into its cache unless they are there. */
import { existsSync } from 'node:fs';
import { DamageError, RunError } from '../core/errors.js';
import { buildCache } from '../data/cache/cache-build.js';
import { asCached, cacheDifferences } from '../data/cache/cache-compare.js';
import { checksumsDigest, readHeader } from '../data/cache/cache-files.js';
import { cacheShortSide } from '../data/cache/cache-format.js';
import type { CachedShare } from '../data/cache/shared-cache.js';
import type { ReadingCount } from '../data/decode/readings.js';
import type { Picture, Skipped } from '../data/picture.js';
import type { TrainEvent } from '../run/events.js';

export interface ShareOfRun {
  /** The folder of its cache. */
  readonly dir: string;
  /** The run folder, for errors. */
  readonly run: string;
  readonly share: number;
  /** Its fingerprint, if the run has learnt from it. */
  readonly trainedOn: string | undefined;
}

/** What has become of a share. */
export interface Prepared extends CachedShare {
  readonly share: number;
  /** Pictures that came after the run had begun. */
  readonly numNew: number;
  /** Undefined if it was there. */
  readonly built?: Built;
}

export interface Built {
  readonly numBytes: number;
  readonly quarantined: readonly Skipped[];
  readonly readings: readonly ReadingCount[];
}

/** @param size of crops, in pixels @throws as `preparePictures` does */
export async function prepareShare(
  { dir, run, share, trainedOn }: ShareOfRun,
  found: readonly Picture[],
  size: number,
  emit: (event: TrainEvent) => void,
  signal: AbortSignal | undefined,
): Promise<Prepared> {
  const shortSide = cacheShortSide(size);
  const isTrained = trainedOn !== undefined;
  let pictures = found;
  if (existsSync(dir)) {
    try {
      // Since an update the newest come last.
      if (isTrained) pictures = asCached(dir, found);
      const differences = await cacheDifferences(dir, pictures, { shortSide, keepsLabels: isTrained });
      if (differences.length === 0) {
        const { numPictures, fingerprint } = readHeader(dir);
        return { share, numPictures, fingerprint, numNew: found.length - pictures.length };
      }
      if (isTrained) {
        throw new RunError(
          `${run}: expected the pictures it was trained on, got others: ${differences.join('; ')}. Put them back, or bring the run to those that are there: instdisc update ${run}`,
        );
      }
    } catch (error) {
      if (!(error instanceof DamageError)) throw error;
      emit({ kind: 'damaged', message: `${error.message} They are decoded now.` });
    }
  }
  const { numPictures, fingerprint, ...built } = await buildCache(pictures, dir, {
    shortSide,
    ...(isTrained && { expected: { fingerprint: trainedOn, checksums: checksumsDigest(dir) } }),
    onProgress: (done) => emit({ kind: 'caching', done, of: pictures.length }),
    ...(signal && { signal }),
  });
  return { share, numPictures, fingerprint, numNew: 0, built };
}
