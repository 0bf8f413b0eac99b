/** @file Brings the index of a run up to date with pictures on disk, encoding only what it does not know. */
import { resolve } from 'node:path';
import { DataError } from '../../core/errors.js';
import type { LabelReport } from '../../data/labels/label-match.js';
import type { Alias } from '../../data/picture.js';
import { scan } from '../../data/scan/scan.js';
import type { EmbedOptions, PictureEncoder } from '../../run/embed.js';
import { indexAddress, parseIndexAddress, rememberIndexAddress } from '../../store/index/index-address.js';
import { changeIndex } from '../../store/index/index-change.js';
import type { IndexRepairs } from '../../store/index/index-repair.js';
import { RunFolder } from '../../store/run-folder/run-folder.js';
import { coverage, planIndex } from './index-plan.js';
import { type IndexChanges, updateIndex } from './index-update.js';

/** What indexing needs of a run. */
export interface IndexingRun extends PictureEncoder {
  readonly path: string;
  /** See TrainedRun. */
  readonly encoderKey: string;
}

export interface IndexOptions extends EmbedOptions {
  /** Where the index is to be, a path or `s3://…`; default where it is, at first in the run's folder. */
  readonly uri?: string;
  /** Called when all is encoded and the search is prepared, which takes a minute or more for a million pictures. */
  readonly onPrepare?: () => void;
  /** Called when another process is changing the index, with its name: this one waits for it. */
  readonly onWait?: (holder: string) => void;
}

/** How the pictures of an index have changed. */
export interface IndexReport extends IndexChanges {
  /** Where the index is. */
  readonly uri: string;
  readonly numPictures: number;
  /** Pictures that only features of an earlier encoder are there of, because they are not below the paths. */
  readonly leftBehind: number;
  /** Links to pictures that are in it under another name. */
  readonly aliases: readonly Alias[];
  /** What became of the labels that were given; absent where none were. */
  readonly labels?: LabelReport;
  /** What was not right with the index before; pictures that lost their features by it count as added. */
  readonly repairs: IndexRepairs;
}

/**
 * Puts all pictures below some paths into the index of a run, and removes from it those below the paths that are gone.
 *
 * A picture is encoded if its content is new: files of the same size and time are taken to be the same, the others are
 * read, and one whose bytes are known under whatever path keeps its feature. Pictures elsewhere stay as they are.
 *
 * @throws {DataError} if a path does not exist or there is no picture that can be read; nothing is removed then
 * @throws {RunError} if the index cannot be read and written
 * @throws {ArgumentError} if the address is none
 * @throws the signal's reason; what was encoded until then is in the index
 */
export async function indexPictures(
  run: IndexingRun,
  paths: readonly string[],
  { uri, labels, onProgress, onPrepare, onWait, signal }: IndexOptions = {},
): Promise<IndexReport> {
  const folder = await RunFolder.open(run.path);
  const address = uri === undefined ? await indexAddress(folder) : parseIndexAddress(uri);
  const look = () =>
    scan(paths, {
      ...(labels && { labels }),
      ...(onProgress && { onProgress: (done) => onProgress(done) }),
      ...(signal && { signal }),
    });
  let scanned = await look();
  let hasWaited = false;
  const waiting = {
    onWait: (holder: string) => {
      hasWaited = true;
      onWait?.(holder);
    },
    ...(signal && { signal }),
  };
  return changeIndex({ ...run, address }, waiting, async ({ index, pictures: indexed, repairs }) => {
    // The pictures may have changed meanwhile.
    if (hasWaited) scanned = await look();
    const isCovered = coverage(
      paths.map((path) => resolve(path)),
      scanned.skipped.map(({ path }) => path),
    );
    await rememberIndexAddress(folder, address);
    const plan = planIndex({ found: scanned.pictures, indexed, isCovered });
    const changes = await updateIndex(index, plan, run, {
      ...(onProgress && { onProgress }),
      ...(signal && { signal }),
    });
    const leftBehind = await index.removeOthers(isCovered);
    onPrepare?.();
    await index.optimize();
    const numPictures = await index.count();
    const [broken] = changes.skipped;
    if (numPictures === 0 && broken !== undefined) {
      throw new DataError(
        `${paths.join(', ')}: expected a picture that can be decoded, got ${broken.path}: ${broken.reason}.`,
      );
    }
    return {
      uri: address,
      numPictures,
      leftBehind,
      repairs,
      aliases: scanned.aliases,
      ...changes,
      skipped: [...scanned.skipped, ...changes.skipped],
      ...(scanned.labels && { labels: scanned.labels }),
    };
  });
}
