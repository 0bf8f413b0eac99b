/** @file The pictures of a run: found, and decoded into its cache unless they are there. */
import { existsSync } from 'node:fs';
import { RunError } from '../core/errors.js';
import { buildCache, cacheDifferences, cacheShortSide, readLabels, scan } from '../data/index.js';
import type { RunFolder } from '../store/run-folder.js';
import type { RunConfig } from './config.js';
import type { TrainEvent } from './events.js';

/**
 * Scans the paths of a run and sees to it that its cache holds exactly what is there.
 *
 * @param emit told of progress
 * @throws {RunError} if the run has been trained on other pictures
 * @throws {DataError} if there are no pictures
 */
export async function preparePictures(
  run: RunFolder,
  { paths, labels: labelFile, settings }: RunConfig,
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

  const shortSide = cacheShortSide(settings.size);
  const isTrained = (await run.latestCheckpoint()) !== undefined;
  if (existsSync(run.cachePath)) {
    const differences = await cacheDifferences(run.cachePath, report.pictures, { shortSide, keepsLabels: isTrained });
    if (differences.length === 0) return;
    if (isTrained) {
      throw new RunError(
        `${run.path}: expected the pictures it was trained on, got others: ${differences.join('; ')}. Put them back, or start a new run with another --out.`,
      );
    }
  }
  const { numBytes, quarantined } = await buildCache(report.pictures, run.cachePath, {
    shortSide,
    onProgress: (done) => emit({ kind: 'caching', done, of: report.pictures.length }),
    ...(signal && { signal }),
  });
  const skipped = [...report.skipped, ...quarantined];
  if (skipped.length > 0) await run.writeSkipped(skipped);
  emit({ kind: 'cached', numBytes, quarantined });
}
