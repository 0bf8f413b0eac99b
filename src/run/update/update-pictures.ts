/** @file Brings a run to the pictures that are there now: rows that stay, rows that go, and new ones by the present encoder. */
import { join, resolve } from 'node:path';
import { openCache } from '../../data/cache/cache.js';
import { allCachedPlaces, growCache } from '../../data/cache/cache-grow.js';
import { readLabels } from '../../data/labels/labels.js';
import { coverage } from '../../data/scan/coverage.js';
import { type ScanReport, scan } from '../../data/scan/scan.js';
import type { Settings } from '../../method/settings.js';
import { CACHE, SKIPPED } from '../../store/run-folder/pictures-folder.js';
import { writeSkippedList } from '../../store/run-folder/run-files.js';
import { RunFolder } from '../../store/run-folder/run-folder.js';
import { parseRunConfig, type RunConfig } from '../config.js';
import type { TrainEvent } from '../events.js';
import { openRun } from '../open-run.js';
import { numRememberedOf, type RowBeginning, type RunUpdate } from '../run-update.js';
import { checkGoesOn, checkMayChange, checkMayRemember, type FoundChanges, foundChanges } from './found-changes.js';
import { type PictureChanges, pictureChanges } from './picture-changes.js';
import { nextConfig, rememberedPlaces, writeChanges } from './write-changes.js';

/** What is to be done about changes: nothing; new rows alone; or a training as well, with these settings. */
export type UpdateDecision = 'nothing' | 'rows' | Partial<Settings>;

type IsLeft = (path: string) => boolean;

export interface UpdatePicturesOptions {
  /** Folders and files that come to those of the run. */
  readonly paths?: readonly string[];
  /** Default `encoded`. */
  readonly newRows?: RowBeginning;
  /**
   * Whether rows of pictures that leave stay in the bank, for others to be told from: `true`, from now on; `false`, and those
   * that have stayed leave as well; default none but those that have stayed so far.
   */
  readonly keepRows?: boolean;
  /** Whether a training draws the pictures alone that none has seen; default false. */
  readonly onlyNew?: boolean;
  /** Default rows alone, where something has changed. Asked once before new pictures are decoded, and once after. */
  readonly decide?: (found: FoundChanges) => UpdateDecision;
  /**
   * Whether a file, or what is known by an id, is left as the run knows it, be it new, changed or gone: while it is being
   * copied, for one. Default none.
   */
  readonly isLeft?: IsLeft;
  readonly onEvent?: (event: TrainEvent) => void;
  readonly signal?: AbortSignal;
}

export interface UpdatedPictures {
  readonly found: FoundChanges;
  /** Undefined if nothing was done. */
  readonly update: RunUpdate | undefined;
}

/**
 * Gives new pictures in the folders of a run their rows, by the present encoder; renamed ones keep theirs, and those that are
 * gone leave. A crash at any instant leaves the run as it was or as it is to be.
 *
 * @throws {DataError} if a path does not exist or there is no picture
 * @throws {RunError} if there is no run, it has learnt nothing yet or is damaged, another process is writing it, or it cannot
 *   have other pictures
 * @throws the signal's reason; the run is then as it was
 */
export async function updateRows(path: string, options: UpdatePicturesOptions = {}): Promise<UpdatedPictures> {
  const { run, ...updated } = await updatePictures(await RunFolder.resume(path), options);
  await run.close();
  return updated;
}

/**
 * The same for a run that is open to be gone on with.
 *
 * @param run locked; unlocked if this throws
 * @returns the run as it is now, locked; the one that was given is not to be used any more
 */
export async function updatePictures(
  run: RunFolder,
  options: UpdatePicturesOptions = {},
): Promise<UpdatedPictures & { readonly run: RunFolder }> {
  try {
    return await updateLocked(run, options);
  } catch (error) {
    await run.close();
    throw error;
  }
}

async function updateLocked(
  run: RunFolder,
  {
    paths: more = [],
    newRows = 'encoded',
    keepRows,
    onlyNew = false,
    decide = rowsAlone,
    isLeft = () => false,
    onEvent: emit = () => undefined,
    signal,
  }: UpdatePicturesOptions,
): Promise<UpdatedPictures & { readonly run: RunFolder }> {
  const config = parseRunConfig(run.config, run.path);
  checkMayChange(config, run.path);
  if (keepRows) checkMayRemember(config, run.path);
  const isForgetting = keepRows === false && numRememberedOf(config) > 0;
  const paths = [...new Set([...config.paths, ...more.map((path) => resolve(path))])];
  const report = withoutLeft(await look(config, paths, emit, signal), isLeft);
  const changes = await changesOf(run, paths, report, isLeft, signal);
  const before = openCache(run.cachePath);
  try {
    const foundWith = (numDecoded: number): FoundChanges =>
      foundChanges(config, changes, {
        numDecoded,
        numBefore: before.length,
        isOtherwise: paths.length > config.paths.length || isForgetting,
      });
    const expected = foundWith(changes.added.length);
    if (decide(expected) === 'nothing') return { run, found: expected, update: undefined };
    const trained = await openRun(run.path, { device: config.device, threads: config.threads });
    try {
      const done = { found: expected, update: undefined as RunUpdate | undefined };
      const number = (config.updates.at(-1)?.number ?? 0) + 1;
      const changed = await run.changePictures(number, async (folder) => {
        const { quarantined, ...built } = await growCache(before, join(folder, CACHE), changes, {
          onProgress: (decoded) => emit({ kind: 'caching', done: decoded, of: changes.added.length }),
          ...(signal && { signal }),
        });
        const after = openCache(join(folder, CACHE));
        try {
          done.found = foundWith(after.length - changes.kept.length);
          const decision = decide(done.found);
          if (decision === 'nothing') return undefined;
          checkGoesOn(config, run.path, before, after);
          emit({ kind: 'cached', ...built, quarantined });
          const remembered = rememberedPlaces(config, changes.kept, before.length, keepRows);
          const found = done.found;
          const change = { run, config, trained, changes, found, before, after, newRows, remembered, emit, signal };
          const training = decision === 'rows' ? undefined : { settings: decision, onlyNew };
          const next = await nextConfig(change, number, paths, training);
          await writeChanges(change, next, folder);
          await writeSkippedList(join(folder, SKIPPED), [...report.skipped, ...quarantined]);
          done.update = next.updates.at(-1);
          return next;
        } finally {
          after.close();
        }
      });
      return { run: changed ?? run, ...done };
    } finally {
      await trained.release();
    }
  } finally {
    before.close();
  }
}

function rowsAlone({ isChanged }: FoundChanges): UpdateDecision {
  return isChanged ? 'rows' : 'nothing';
}

async function look(
  { scan: rules, labels }: RunConfig,
  paths: readonly string[],
  emit: (event: TrainEvent) => void,
  signal: AbortSignal | undefined,
): Promise<ScanReport> {
  const report = await scan(paths, {
    rules,
    onProgress: (done) => emit({ kind: 'scanning', done }),
    ...(labels !== null && { labels: await readLabels(labels) }),
    ...(signal && { signal }),
  });
  emit({ kind: 'scanned', report });
  return report;
}

function withoutLeft(report: ScanReport, isLeft: IsLeft): ScanReport {
  const isTaken = ({ path }: { readonly path: string }): boolean => !isLeft(path);
  return { ...report, pictures: report.pictures.filter(isTaken), skipped: report.skipped.filter(isTaken) };
}

/** What is in a folder that could not be read stays as it is, and so does a file that is left. */
async function changesOf(
  { cachePath }: RunFolder,
  paths: readonly string[],
  { pictures, skipped }: ScanReport,
  isLeft: IsLeft,
  signal: AbortSignal | undefined,
): Promise<PictureChanges> {
  const isLookedAt = coverage(
    paths,
    skipped.map(({ path }) => path),
  );
  const isCovered = (id: string): boolean => isLookedAt(id) && !isLeft(id);
  return pictureChanges({ cached: allCachedPlaces(cachePath), found: pictures, isCovered }, signal);
}
