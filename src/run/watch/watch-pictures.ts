/** @file Watches the folders of a run, and brings the run to what is in them: rows for what is new, by the present encoder. */
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { RunError } from '../../core/errors.js';
import { inOrder } from '../../core/in-order.js';
import { PicturesAtHand } from '../../data/pictures-at-hand.js';
import { fileOfRecord } from '../../data/scan/read-by-id.js';
import { hasIndex, indexAddress } from '../../store/index/index-address.js';
import { indexedPaths } from '../../store/index/indexed-paths.js';
import { RunFolder } from '../../store/run-folder/run-folder.js';
import { parseRunConfig, type RunConfig } from '../config.js';
import type { TrainEvent } from '../events.js';
import { checkMayChange } from '../update/found-changes.js';
import { updateRows } from '../update/update-pictures.js';
import { fileChanges, GONE, type KnownVersions, knownVersions } from './file-changes.js';
import { FolderEvents } from './folder-events.js';
import { type FileLook, lookAtFiles } from './look-at-files.js';
import { nextBatch } from './next-batch.js';
import { SETTLE_MS, Settling } from './settling.js';

/** Whoever copies files does so many times a second. */
const TOGETHER_MS = 200;
/** Without events, folders are looked at so often; where a look takes long, for a tenth of the time. */
const LOOK_MS = 5000;
const LOOK_SHARE = 0.1;
/** A file that has settled and cannot be read is waited for as long: a copy may falter. */
const PATIENCE_MS = 30_000;
/** After what has failed, and while another process writes the run. */
const AGAIN_MS = 30_000;
const BUSY_MS = 1000;
/** Whoever searches has half of the time to himself: after an update it rests for as long as that took, and no longer than this. */
const MOST_REST_MS = 10_000;
/** Files tried at once. */
const IN_FLIGHT = 2;

export type WatchEvent =
  | { readonly kind: 'watching'; readonly numFolders: number; readonly deaf: string | undefined }
  /** Another process writes the run, and what is new is waited with. */
  | { readonly kind: 'busy' }
  | Extract<TrainEvent, { readonly kind: 'updated' }>
  /** Something could not be done, and is tried again. */
  | { readonly kind: 'failed'; readonly error: Error };

export interface WatchOptions {
  readonly onEvent: (event: WatchEvent) => void;
  /** Brings to the run what follows it, such as its index: at first, and after whatever has changed its pictures. */
  readonly follow?: (path: string, signal: AbortSignal) => Promise<void>;
  /** Ends the watching. */
  readonly signal: AbortSignal;
  /** Default `SETTLE_MS`. */
  readonly settleMs?: number;
}

/**
 * @throws {RunError} if there is no run, it cannot have other pictures, or it answers from an index that does not follow it
 */
export async function checkMayWatch(path: string): Promise<void> {
  const run = await RunFolder.open(path);
  checkMayChange(parseRunConfig(run.config, path), path);
  if (!hasIndex(run) || (await indexedPaths(await indexAddress(run))).some(({ isOfRun }) => isOfRun)) return;
  throw new RunError(
    `${path}: expected for --watch a run that answers from its own pictures, or from an index of all its folders on this machine, got one with another index. Index its folders, or leave out --watch.`,
  );
}

/** Watches until the signal is aborted. What goes wrong meanwhile is told, and tried again. */
export async function watchPictures(path: string, options: WatchOptions): Promise<void> {
  await using watch = new Watch(path, options);
  await watch.run();
}

interface Rest {
  readonly ms: number;
  /** Whether an event ends it. */
  readonly isLight?: boolean;
}

class Watch implements AsyncDisposable {
  readonly #path: string;
  readonly #options: WatchOptions;
  readonly #settling: Settling;
  readonly #events = new FolderEvents(() => {
    this.#isStirred = true;
    this.#wake();
  });
  /** Files that an update has looked at and that are no pictures of the run since. */
  readonly #dealtWith = new Map<string, string>();
  readonly #atHand = new PicturesAtHand();
  /** Whether what follows the run may not have done so yet. */
  #isBehind = true;
  #known: { readonly of: RunConfig; readonly files: KnownVersions } | undefined;
  /** Ends the rest before its time. */
  #wake = (): void => undefined;
  /** Whether something has happened since the last look began. */
  #isStirred = false;
  /** What was told last of busy or failed, so that it is told once. */
  #told: string | undefined;
  /** Why not all folders are listened to; null before the first look. */
  #deaf: string | undefined | null = null;

  constructor(path: string, options: WatchOptions) {
    this.#path = path;
    this.#options = options;
    this.#settling = new Settling(options.settleMs);
  }

  async run(): Promise<void> {
    const { signal, onEvent, settleMs = SETTLE_MS } = this.#options;
    while (!signal.aborted) {
      let rest: Rest;
      try {
        rest = await this.#lookAndUpdate(settleMs);
      } catch (error) {
        if (signal.aborted) return;
        const { message } = error as Error;
        if (this.#isNew(message)) onEvent({ kind: 'failed', error: error as Error });
        rest = { ms: AGAIN_MS };
      }
      await this.#rest(rest);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#events.close();
    this.#atHand.close();
  }

  /** @returns how long to rest */
  async #lookAndUpdate(settleMs: number): Promise<Rest> {
    const { signal, onEvent } = this.#options;
    const folder = await RunFolder.open(this.#path);
    const config = parseRunConfig(folder.config, this.#path);
    if (!existsSync(folder.cachePath)) return { ms: BUSY_MS };
    if (!isDeepStrictEqual(this.#known?.of, config)) {
      this.#known = { of: config, files: knownVersions(folder.cachePath) };
      this.#isBehind = true;
    }
    if (this.#isBehind && !(await folder.isLocked())) {
      await this.#options.follow?.(this.#path, signal);
      this.#isBehind = false;
    }
    const known = this.#known!.files;
    const begun = performance.now();
    this.#isStirred = false;
    const look = await lookAtFiles(config.paths, config.scan, signal);
    const now = performance.now();
    this.#follow(look.folders);
    const changes = this.#changesOf(known, config, look);
    this.#settling.look(changes, now);
    const isSettled = (id: string): boolean => this.#settling.isSettled(id, now);
    const batch = await this.#whole(nextBatch({ known, changes, isSettled }), known, changes, now);
    const quiet = { ms: Math.max(LOOK_MS, (now - begun) / LOOK_SHARE), isLight: true };
    if (batch.size === 0) return changes.size > 0 ? { ms: settleMs } : quiet;
    if (await folder.isLocked()) {
      if (this.#isNew('busy')) onEvent({ kind: 'busy' });
      return { ms: BUSY_MS };
    }
    const updating = performance.now();
    const { found, update } = await updateRows(this.#path, { signal, isLeft: leftOf(batch, changes, look) });
    for (const id of batch) this.#dealtWith.set(id, changes.get(id)!);
    this.#told = undefined;
    if (update !== undefined) onEvent({ kind: 'updated', found, update });
    return { ms: Math.min(performance.now() - updating, MOST_REST_MS) };
  }

  #changesOf(known: KnownVersions, { paths }: RunConfig, look: FileLook): ReadonlyMap<string, string> {
    const changes = new Map(fileChanges(known, paths, look));
    for (const [id, version] of this.#dealtWith) {
      if (changes.get(id) === version) changes.delete(id);
      // What comes back, or changes once more, is another thing.
      else this.#dealtWith.delete(id);
    }
    return changes;
  }

  /** Without files that have come lately and cannot be read yet. */
  async #whole(
    batch: ReadonlySet<string>,
    known: KnownVersions,
    changes: ReadonlyMap<string, string>,
    now: number,
  ): Promise<ReadonlySet<string>> {
    const versions = new Set(known.values());
    const isTrusted = async (id: string): Promise<string | undefined> => {
      const version = changes.get(id)!;
      if (version === GONE || versions.has(version) || this.#settling.ageMs(id, now) >= PATIENCE_MS) return id;
      return this.#atHand.reduced({ id }, 1).then(
        () => id,
        () => undefined,
      );
    };
    const whole = new Set<string>();
    for await (const id of inOrder(batch, IN_FLIGHT, isTrusted, this.#options.signal)) {
      if (id !== undefined) whole.add(id);
    }
    return whole;
  }

  #follow(folders: readonly string[]): void {
    this.#events.follow(folders);
    const deaf = this.#events.failure;
    if (deaf !== this.#deaf) this.#options.onEvent({ kind: 'watching', numFolders: folders.length, deaf });
    this.#deaf = deaf;
  }

  #isNew(what: string): boolean {
    const isNew = this.#told !== what;
    this.#told = what;
    return isNew;
  }

  async #rest({ ms, isLight }: Rest): Promise<void> {
    const woken = new AbortController();
    if (isLight) this.#wake = () => woken.abort();
    if (isLight && this.#isStirred) woken.abort();
    const { signal } = this.#options;
    const sleepUnless = (signal: AbortSignal, ms: number): Promise<void> =>
      sleep(ms, undefined, { signal }).catch(() => undefined);
    await sleepUnless(AbortSignal.any([signal, woken.signal]), ms);
    this.#wake = () => undefined;
    if (woken.signal.aborted) await sleepUnless(signal, TOGETHER_MS);
  }
}

/** What is not taken, and what has come, changed or gone since the look, stays as the run knows it. */
function leftOf(
  batch: ReadonlySet<string>,
  changes: ReadonlyMap<string, string>,
  { files }: FileLook,
): (id: string) => boolean {
  return (id) => {
    const path = files.has(id) ? id : fileOfRecord(id);
    return !batch.has(id) && !batch.has(path) && (changes.has(path) || !files.has(path));
  };
}
