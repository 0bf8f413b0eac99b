/** @file Keeps a run open as it is now, also while it is being trained or indexed. */
import { InstDiscError } from '../core/errors.js';
import type { OpenRunOptions } from '../run/open-run.js';
import { indexAddress } from '../store/index/index-address.js';
import { PictureIndex } from '../store/index/picture-index.js';
import { RunFolder } from '../store/run-folder/run-folder.js';
import { OpenedRun } from './opened-run.js';
import { RequestError } from './problem.js';

/** How often to look for a newer checkpoint, other pictures or a changed index, at most. */
const LOOK_MS = 2000;

export class NewestRun {
  readonly #path: string;
  readonly #options: OpenRunOptions;
  readonly #onError: (error: Error) => void;
  readonly #closing = new AbortController();
  #opened: OpenedRun | undefined;
  #looking: Promise<void> | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  /** What was opened last, or could not be. */
  #tried: string | undefined;
  #told: string | undefined;

  /** @param onError told of what goes wrong while nobody waits for it */
  constructor(path: string, options: OpenRunOptions, onError: (error: Error) => void) {
    this.#path = path;
    this.#options = options;
    // The same at every look needs to be said only once; that a computation was broken off by `close`, not at all.
    this.#onError = (error) => {
      if (this.#closing.signal.aborted) return;
      if (error.message !== this.#told) onError(error);
      this.#told = error.message;
    };
  }

  /**
   * Does something with the run.
   *
   * @throws {RequestError} if it has no checkpoint yet
   */
  async use<T>(work: (opened: OpenedRun) => Promise<T>): Promise<T> {
    return this.useIfAny((opened) => {
      if (opened !== undefined) return work(opened);
      throw new RequestError(
        409,
        'run: expected a checkpoint, got none yet. The first comes after an epoch, or some minutes.',
        10,
      );
    });
  }

  /** The same, with undefined before the first checkpoint. */
  async useIfAny<T>(work: (opened: OpenedRun | undefined) => Promise<T>): Promise<T> {
    await this.#refresh();
    const opened = this.#opened;
    return opened === undefined ? work(undefined) : opened.use(() => work(opened));
  }

  async close(): Promise<void> {
    this.#closing.abort(new InstDiscError('service: it has been closed.'));
    await this.#looking?.catch(() => undefined);
    await this.#opened?.retire();
  }

  /** Waits for the first checkpoint to be opened; while a later one is, the one before goes on to answer. */
  async #refresh(): Promise<void> {
    const now = performance.now();
    if (this.#looking === undefined && (this.#opened === undefined || now - this.#lookedAt >= LOOK_MS)) {
      this.#lookedAt = now;
      this.#looking = this.#look().finally(() => {
        this.#looking = undefined;
      });
      // Where there is one to go on with, nobody waits for the next.
      if (this.#opened !== undefined) this.#looking.catch(this.#onError);
    }
    if (this.#opened === undefined) await this.#looking;
  }

  async #look(): Promise<void> {
    const folder = await RunFolder.open(this.#path);
    const step = await folder.latestCheckpoint();
    if (step === undefined) return;
    const before = this.#opened;
    const found = [step, folder.picturesPath, await folder.encoderVersion(), await this.#indexVersion(folder)].join();
    if (before !== undefined && found === this.#tried) return;
    this.#tried = found;
    this.#opened = await OpenedRun.open(this.#path, this.#options, {
      signal: this.#closing.signal,
      onError: this.#onError,
    });
    await before?.retire();
  }

  /** While an index cannot be looked at, what was read of it before goes on to answer. */
  async #indexVersion(folder: RunFolder): Promise<string> {
    try {
      return await PictureIndex.version(await indexAddress(folder));
    } catch (error) {
      if (this.#opened !== undefined) throw error;
      return 'unreadable';
    }
  }
}
