/** @file Brings the index of a run up to date with pictures on disk, encoding only what it does not know. */
import { resolve } from 'node:path';
import { DataError } from '../../core/errors.js';
import { isOwn, type Shares } from '../../core/shares.js';
import { ReadingTally } from '../../data/decode/readings.js';
import type { LabelReport } from '../../data/labels/label-match.js';
import type { Alias, Picture } from '../../data/picture.js';
import { coverage } from '../../data/scan/coverage.js';
import type { Excluded } from '../../data/scan/exclusion.js';
import { type ScanReport, scan } from '../../data/scan/scan.js';
import type { ScanRules } from '../../data/scan/scan-rules.js';
import { ALONE, type Communicator, fromAll, fromFirst } from '../../machines/communicator.js';
import { type EmbedOptions, type RunEncoder, rulesFor } from '../../run/embed.js';
import { fileVersion } from '../../run/watch/look-at-files.js';
import { indexAddress, parseIndexAddress, rememberIndexAddress } from '../../store/index/index-address.js';
import { changeIndex } from '../../store/index/index-change.js';
import type { IndexRepairs } from '../../store/index/index-repair.js';
import { rememberIndexed } from '../../store/index/indexed-paths.js';
import type { IndexedPicture } from '../../store/index/indexed-picture.js';
import { PictureIndex } from '../../store/index/picture-index.js';
import { SharedIndex, type WritableIndex } from '../../store/index/shared-index.js';
import { RunFolder } from '../../store/run-folder/run-folder.js';
import { planIndex } from './index-plan.js';
import { type IndexChanges, updateIndex } from './index-update.js';
import { madeFrom } from './made-from.js';

/** What indexing needs of a run. */
export interface IndexingRun extends RunEncoder {
  readonly path: string;
  readonly config?: { readonly scan: ScanRules; readonly paths?: readonly string[] };
  /** See TrainedRun. */
  readonly encoderKey: string;
}

export interface IndexOptions extends EmbedOptions {
  /** Where the index is to be, a path or `s3://…`; default where it is, at first in the run's folder. */
  readonly uri?: string;
  /** Only pictures of this share are looked at, as another job has the others. Then the index is not tidied up at the end. */
  readonly share?: Shares;
  /** Pictures from below these paths that are not in the index at its end have gone; default from below the paths. */
  readonly goneFrom?: readonly string[];
  /**
   * Whether what is known by an id stays as the index knows it, be it new, changed or gone; `now` is the version of the file that
   * is there, if one is. Default none.
   */
  readonly isLeft?: (id: string, now: string | undefined) => boolean;
  /** With whom it is done, each a share; default alone. */
  readonly machines?: Communicator;
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
  /** What was left out by name. Pictures of the index that are left out now leave it. */
  readonly excluded: readonly Excluded[];
  /** What became of the labels that were given; absent where none were. */
  readonly labels?: LabelReport;
  /** Writes that had to be tried again, because another process wrote at the same time; where several did. */
  readonly collisions?: number;
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
  options: IndexOptions = {},
): Promise<IndexReport> {
  const {
    uri,
    labels,
    share,
    goneFrom,
    isLeft = () => false,
    machines = ALONE,
    onProgress,
    onPrepare,
    onWait,
    signal,
  } = options;
  const rules = rulesFor(run, paths, options);
  const folder = await RunFolder.open(run.path);
  const address = uri === undefined ? await indexAddress(folder) : parseIndexAddress(uri);
  const shares = machines.size > 1 ? { of: machines.size, own: [machines.rank] } : share;
  const look = (): Promise<ScanReport> =>
    scan(paths, {
      rules,
      ...(shares && { shares }),
      ...(labels && { labels }),
      ...(onProgress && { onProgress: (done) => onProgress(done) }),
      ...(signal && { signal }),
    });
  const remember = async (): Promise<void> => {
    await rememberIndexAddress(folder, address);
    await rememberIndexed(
      address,
      paths.map((path) => resolve(path)),
      madeFrom(run, paths, rules, labels),
    );
  };
  let scanned = await look();
  let hasWaited = false;
  const waiting = {
    onWait: (holder: string) => {
      hasWaited = true;
      onWait?.(holder);
    },
    ...(signal && { signal }),
  };
  const isCovered = (below = paths): ((id: string) => boolean) => {
    const now = new Map(scanned.pictures.map((picture) => [picture.id, fileVersion(picture)]));
    const covers = coverage(
      below.map((path) => resolve(path)),
      scanned.skipped.map(({ path }) => path),
    );
    return (id) => covers(id) && (shares === undefined || isOwn(id, shares)) && !isLeft(id, now.get(id));
  };
  const taken = (): readonly Picture[] =>
    scanned.pictures.filter((picture) => !isLeft(picture.id, fileVersion(picture)));
  const update = (index: WritableIndex, indexed: readonly IndexedPicture[]): Promise<IndexChanges> =>
    updateIndex(index, planIndex({ found: taken(), indexed, isCovered: isCovered() }), run, {
      ...(onProgress && { onProgress }),
      ...(signal && { signal }),
    });
  const tidied = async (index: PictureIndex): Promise<{ leftBehind: number; numPictures: number }> => {
    const leftBehind = await index.removeOthers(isCovered(goneFrom));
    onPrepare?.();
    await index.optimize();
    return { leftBehind, numPictures: await index.count() };
  };
  const reported = async (
    changes: IndexChanges,
    repairs: IndexRepairs,
    counts: Pick<IndexReport, 'leftBehind' | 'numPictures' | 'collisions'>,
  ): Promise<IndexReport> => {
    const [broken] = changes.skipped;
    if (counts.numPictures === 0 && broken !== undefined) {
      throw new DataError(
        `${paths.join(', ')}: expected a picture that can be decoded, got ${broken.path}: ${broken.reason}.`,
      );
    }
    const { aliases, excluded } = scanned;
    const skipped = [...scanned.skipped, ...changes.skipped];
    return {
      uri: address,
      ...counts,
      repairs,
      aliases,
      excluded,
      ...changes,
      skipped,
      ...(scanned.labels && { labels: scanned.labels }),
    };
  };

  if (shares === undefined) {
    return changeIndex({ ...run, address }, waiting, async ({ index, pictures, repairs }) => {
      // The pictures may have changed meanwhile.
      if (hasWaited) scanned = await look();
      await remember();
      const changes = await update(index, pictures);
      return reported(changes, repairs, await tidied(index));
    });
  }

  // Whoever comes first makes and repairs it; of several ranks rank 0.
  const repaired = async (): Promise<IndexRepairs> =>
    changeIndex({ ...run, address }, waiting, async ({ repairs }) => {
      await remember();
      return repairs;
    });
  const repairs = await fromFirst(machines, machines.rank === 0 ? await repaired() : undefined);
  const index = await PictureIndex.create(address, run.encoderKey, run.dim);
  try {
    const shared = new SharedIndex(index, waiting);
    const own = await update(shared, await index.pictures());
    const all = await fromAll(machines, { changes: own, collisions: shared.collisions });
    const collisions = all.reduce((sum, each) => sum + each.collisions, 0);
    const changes = joinedChanges(all.map((each) => each.changes));
    const isLast = machines.size > 1 && machines.rank === 0;
    const { leftBehind, numPictures } = isLast
      ? await changeIndex({ ...run, address }, waiting, ({ index: whole }) => tidied(whole))
      : { leftBehind: 0, numPictures: await index.count() };
    await machines.barrier();
    return await reported(changes, repairs, { leftBehind, numPictures, collisions });
  } finally {
    index.close();
  }
}

/** What several have done together. */
function joinedChanges(all: readonly IndexChanges[]): IndexChanges {
  const sum = (name: 'added' | 'changed' | 'moved' | 'removed' | 'relabelled' | 'unchanged' | 'encoded'): number =>
    all.reduce((total, changes) => total + changes[name], 0);
  const readings = new ReadingTally();
  for (const changes of all) readings.addCounts(changes.readings);
  return {
    added: sum('added'),
    changed: sum('changed'),
    moved: sum('moved'),
    removed: sum('removed'),
    relabelled: sum('relabelled'),
    unchanged: sum('unchanged'),
    encoded: sum('encoded'),
    skipped: all.flatMap(({ skipped }) => skipped),
    readings: readings.counts,
  };
}
