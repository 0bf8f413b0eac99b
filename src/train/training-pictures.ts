/** @file The pictures of a run: found, and decoded into its cache unless they are there. */
import { existsSync } from 'node:fs';
import { DamageError, RunError } from '../core/errors.js';
import { buildCache } from '../data/cache/cache-build.js';
import { cacheDifferences, cachedIds } from '../data/cache/cache-compare.js';
import { checksumsDigest } from '../data/cache/cache-files.js';
import { cacheShortSide } from '../data/cache/cache-format.js';
import { readLabels } from '../data/labels/labels.js';
import type { Picture } from '../data/picture.js';
import { scan } from '../data/scan/scan.js';
import type { RunConfig } from '../run/config.js';
import type { TrainEvent } from '../run/events.js';
import type { RunFolder } from '../store/run-folder/run-folder.js';

/**
 * Scans the paths of a run and sees to it that its cache holds exactly what is there, or what it was trained on: of a run
 * that has learnt, pictures that came later are passed over. A damaged cache is built anew; of a run that has learnt, only
 * if it comes to the same.
 *
 * @param decide what the run is of these pictures, before they are decoded; refuses what will not do
 * @param emit told of progress
 * @throws {RunError} if pictures that the run was trained on have changed or are gone
 * @throws {DataError} if there are no pictures
 */
export async function preparePictures(
  run: RunFolder,
  { paths, labels: labelFile }: RunConfig,
  decide: (pictures: readonly Picture[]) => Promise<RunConfig>,
  emit: (event: TrainEvent) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const labels = labelFile === null ? undefined : await readLabels(labelFile);
  const report = await scan(paths, {
    onProgress: (done) => emit({ kind: 'scanning', done }),
    ...(labels && { labels }),
    ...(signal && { signal }),
  });
  emit({ kind: 'scanned', report });
  const { settings } = await decide(report.pictures);

  const shortSide = cacheShortSide(settings.size);
  const trainedOn = await fingerprintOf(run);
  const isTrained = trainedOn !== undefined;
  let pictures: readonly Picture[] = report.pictures;
  if (existsSync(run.cachePath)) {
    try {
      const known = isTrained ? cachedIds(run.cachePath) : undefined;
      if (known !== undefined) pictures = pictures.filter(({ id }) => known.has(id));
      const differences = await cacheDifferences(run.cachePath, pictures, { shortSide, keepsLabels: isTrained });
      const numNew = report.pictures.length - pictures.length;
      if (differences.length === 0) {
        if (numNew > 0) emit({ kind: 'passedOver', numPictures: numNew });
        return;
      }
      if (isTrained) {
        throw new RunError(
          `${run.path}: expected the pictures it was trained on, got others: ${differences.join('; ')}. Put them back, or start a new run with another --out.`,
        );
      }
    } catch (error) {
      if (!(error instanceof DamageError)) throw error;
      emit({ kind: 'damaged', message: `${error.message} They are decoded now.` });
    }
  }
  const { numBytes, quarantined, readings } = await buildCache(pictures, run.cachePath, {
    shortSide,
    ...(isTrained && { expected: { fingerprint: trainedOn, checksums: checksumsDigest(run.cachePath) } }),
    onProgress: (done) => emit({ kind: 'caching', done, of: pictures.length }),
    ...(signal && { signal }),
  });
  await run.writeSkipped([...report.skipped, ...quarantined]);
  emit({ kind: 'cached', numBytes, quarantined, readings });
}

/** @returns the fingerprint of the pictures that a run has been trained on; undefined before its first checkpoint */
async function fingerprintOf(run: RunFolder): Promise<string | undefined> {
  if ((await run.latestCheckpoint()) === undefined) return undefined;
  return ((await run.loadState()) as { readonly fingerprint?: string } | null)?.fingerprint;
}
