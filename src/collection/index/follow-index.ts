/** @file Brings the index of a run to what there is now of that which it was made from, and to the present encoder. */
import { resolve } from 'node:path';
import { RunError } from '../../core/errors.js';
import { readLabels } from '../../data/labels/labels.js';
import { coverage } from '../../data/scan/coverage.js';
import type { RunConfig } from '../../run/config.js';
import { knownVersions } from '../../run/watch/file-changes.js';
import { knownIndexAddress } from '../../store/index/index-address.js';
import { type IndexedPaths, indexedPaths } from '../../store/index/indexed-paths.js';
import { RunFolder } from '../../store/run-folder/run-folder.js';
import { type IndexingRun, type IndexOptions, type IndexReport, indexPictures } from './index-pictures.js';

export interface FollowedRun extends IndexingRun {
  /** See TrainedRun. */
  readonly cachePath: string;
  readonly config: Pick<RunConfig, 'paths' | 'scan'>;
}

export interface FollowIndexOptions extends Omit<IndexOptions, 'uri' | 'exclude' | 'labels' | 'goneFrom' | 'isLeft'> {
  /** Whether pictures are taken only as the run knows them: what it has not taken in yet is left as the index knows it. */
  readonly isAsRun?: boolean;
}

/**
 * Indexes again all that the index of a run was made from, and, where that were all folders of the run, those that have
 * come to it since.
 *
 * @returns a report for each `index` that it was made by, the earliest first
 * @throws {RunError} if there is no index, or it does not say what it was made from
 * @throws as `indexPictures` does; what was encoded until then is in the index
 */
export async function followIndex(
  run: FollowedRun,
  { isAsRun = false, ...options }: FollowIndexOptions = {},
): Promise<IndexReport[]> {
  const address = await knownIndexAddress(await RunFolder.open(run.path));
  const made = await indexedPaths(address);
  if (made.length === 0) {
    throw new RunError(
      `${address}: expected an index that says what it was made from, got none. Give the paths once: instdisc index ${run.path} photos.`,
    );
  }
  const all = made.map((each) => pathsNow(each, run.config.paths));
  const known = isAsRun ? knownVersions(run.cachePath) : undefined;
  const reports: IndexReport[] = [];
  for (const [i, { exclude, labels }] of made.entries()) {
    const report = await indexPictures(run, all[i]!, {
      ...options,
      exclude,
      ...(labels !== undefined && { labels: await readLabels(labels) }),
      goneFrom: all.flat(),
      ...(known && { isLeft: (id, now) => known.get(id) !== now }),
    });
    // What is yet to come is not left behind.
    reports.push(i < made.length - 1 ? { ...report, leftBehind: 0 } : report);
  }
  return reports;
}

function pathsNow({ paths, isOfRun }: IndexedPaths, ofRun: readonly string[]): readonly string[] {
  const covers = coverage(paths, []);
  return isOfRun ? [...paths, ...ofRun.map((path) => resolve(path)).filter((path) => !covers(path))] : paths;
}
