/** @file The folder of one training run: opened, locked, changed. What lies in it: run-files.ts. */

import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { RunError } from '../../core/errors.js';
import { removeLeftovers, writeFileAtomic, writeFolderUnless } from '../files/atomic.js';
import { digestOf } from '../files/digest.js';
import { acquireLock, type Lock, lockHolder } from '../files/lock.js';
import type { LockHolder } from '../files/lock-holder.js';
import { makeFolder } from '../files/make-folder.js';
import type { Tensors } from '../tensors/tensor.js';
import { type CheckpointChange, changeCheckpoint } from './change-checkpoint.js';
import {
  type Checkpoint,
  encoderDigest,
  loadCheckpoint,
  loadPart,
  loadState,
  partPath,
  saveCheckpoint,
  type TensorPart,
  type WritableCheckpoint,
} from './checkpoint.js';
import { checkpointPath, listCheckpoints, loadNewest, setAside, type Whole } from './checkpoints.js';
import { CHECKPOINTS, picturesPath, removeOtherPictures } from './pictures-folder.js';
import { RunFiles } from './run-files.js';
import { CONFIG, checkFree, LOCK, removeEmpty } from './run-place.js';

export class RunFolder extends RunFiles {
  readonly #checkpoints: string;
  #lock: Lock | undefined;
  /** The topmost folder that was made for a new run. */
  #made: string | undefined;

  private constructor(path: string, config: unknown) {
    super(path, config);
    this.#checkpoints = join(this.picturesPath, CHECKPOINTS);
  }

  /**
   * Makes the folder of a new run and locks it. A run without a checkpoint has learnt nothing and is replaced; what it
   * has decoded stays, for a training on the same pictures.
   *
   * @param config any JSON value
   * @throws {RunError} if the folder holds a run, or anything else, or another process is making one there
   */
  static async create(path: string, config: unknown): Promise<RunFolder> {
    await checkFree(path);
    const made = await makeFolder(path);
    const run = new RunFolder(path, config);
    run.#made = made;
    try {
      run.#lock = await acquireLock(join(path, LOCK));
      // Whoever held the lock may have begun and ended meanwhile.
      await checkFree(path);
    } catch (error) {
      await run.#release();
      throw error;
    }
    try {
      await run.#removeUnfinished();
      await rm(run.divergencePath, { force: true });
      await run.reconfigure(config);
    } catch (error) {
      await run.discard();
      throw error;
    }
    const opened = await RunFolder.open(path);
    opened.#made = made;
    opened.#lock = run.#lock;
    return opened;
  }

  /**
   * Opens a run to go on with it: locks it and removes what a crash left unfinished.
   *
   * @throws {RunError} if there is no run, or a process is training it
   */
  static async resume(path: string): Promise<RunFolder> {
    const run = await RunFolder.open(path);
    run.#lock = await acquireLock(join(path, LOCK));
    await run.#removeUnfinished();
    return run;
  }

  /**
   * Opens a run to read from it, also while it is training.
   *
   * @throws {RunError} if there is no run
   */
  static async open(path: string): Promise<RunFolder> {
    const configPath = join(path, CONFIG);
    let text: string;
    try {
      text = await readFile(configPath, 'utf8');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const got = code === 'ENOENT' || code === 'ENOTDIR' ? `no ${CONFIG} in it` : (error as Error).message;
      throw new RunError(`${path}: expected a run folder, got ${got}; give what was the --out of a training`);
    }
    try {
      return new RunFolder(path, JSON.parse(text));
    } catch {
      throw new RunError(
        `${configPath}: expected JSON, got ${text === '' ? 'an empty file' : text.slice(0, 80)}; the run is damaged`,
      );
    }
  }

  /**
   * Changes the pictures of a run, with all that is of them, all or nothing: it is written aside, and counts from the
   * moment in which the configuration is replaced. Then what is of the pictures before is removed.
   *
   * @param number of the update
   * @param fill writes cache, checkpoints and features into the folder it is given, and gives the configuration, which has
   *   the number; undefined to leave all as it is
   * @returns the run as it is then, locked; this one is of the pictures before, and is not to be used any more
   */
  async changePictures(
    number: number,
    fill: (folder: string) => Promise<object | undefined>,
  ): Promise<RunFolder | undefined> {
    const next = picturesPath(this.path, { updates: [{ number }] });
    const config = await writeFolderUnless(next, fill);
    if (config === undefined) return undefined;
    await this.reconfigure(config);
    const changed = await RunFolder.open(this.path);
    changed.#lock = this.#lock;
    this.#lock = undefined;
    await removeOtherPictures(this.path, next);
    return changed;
  }

  /**
   * Replaces the configuration.
   *
   * @param config any JSON value
   */
  async reconfigure(config: unknown): Promise<void> {
    await writeFileAtomic(join(this.path, CONFIG), `${JSON.stringify(config, null, 2)}\n`);
  }

  /**
   * Takes back a new run that has come to nothing, with the folders that were made for it. What has been decoded or
   * learnt stays, and so does what is not the run's.
   */
  async discard(): Promise<void> {
    if (existsSync(this.cachePath) || (await this.latestCheckpoint()) !== undefined) return;
    await this.#removeUnfinished();
    await rm(this.networkPath, { recursive: true, force: true });
    for (const path of [join(this.path, CONFIG), this.metricsPath, this.skippedPath]) await rm(path, { force: true });
    await this.#release();
  }

  /** Unlocks a run that was created or resumed. */
  async close(): Promise<void> {
    await this.#lock?.release();
    this.#lock = undefined;
  }

  /** Whether a process is writing the run at this moment. */
  async isLocked(): Promise<boolean> {
    return (await this.lockedBy()) !== undefined;
  }

  /** The process that is writing the run at this moment, if there is one. */
  async lockedBy(): Promise<LockHolder | undefined> {
    return lockHolder(join(this.path, LOCK));
  }

  /**
   * Saves a checkpoint, then its encoder, and removes all but the newest `keep`; a crash at any instant leaves the
   * checkpoint before whole.
   *
   * @param checkpoint its arrays must not change until the promise is fulfilled
   * @param keep at least 1; with 2, a disk that lost the newest still holds one
   */
  async saveCheckpoint(checkpoint: WritableCheckpoint, keep = 2): Promise<void> {
    await saveCheckpoint(this.#checkpoints, checkpoint, keep);
    if (checkpoint.encoder !== undefined) await this.writeEncoder(checkpoint.encoder);
  }

  /** Writes a checkpoint of the run, with another bank and state, into another folder of checkpoints. */
  async changeCheckpoint(step: number, to: string, change: CheckpointChange): Promise<void> {
    await changeCheckpoint(this.#checkpoints, to, step, change);
  }

  /** The steps that there are checkpoints of, oldest first. */
  async checkpoints(): Promise<number[]> {
    return listCheckpoints(this.#checkpoints);
  }

  /** The step of the newest checkpoint, if there is one. */
  async latestCheckpoint(): Promise<number | undefined> {
    return (await listCheckpoints(this.#checkpoints)).at(-1);
  }

  /**
   * Reads a checkpoint whole, the newest unless `step` says which.
   *
   * @throws {RunError} if it is not there
   * @throws {DamageError} if it is damaged
   */
  async loadCheckpoint(step?: number): Promise<Checkpoint> {
    return loadCheckpoint(this.#checkpoints, await this.#find(step));
  }

  /** Where a checkpoint lies, or a part of it. */
  checkpointPath(step: number, part?: TensorPart): string {
    return part === undefined ? checkpointPath(this.#checkpoints, step) : partPath(this.#checkpoints, step, part);
  }

  /** Reads one part of a checkpoint, of the newest unless `step` says which; throws as `loadCheckpoint` does. */
  async loadPart(part: TensorPart, step?: number): Promise<Tensors> {
    return loadPart(this.#checkpoints, await this.#find(step), part);
  }

  /** Reads the state of a checkpoint, of the newest unless `step` says which; throws as `loadCheckpoint` does. */
  async loadState(step?: number): Promise<unknown> {
    return loadState(this.#checkpoints, await this.#find(step));
  }

  /**
   * Reads parts of one checkpoint, and its state: the newest in which these are whole.
   *
   * @throws {RunError} if there is none
   */
  async loadNewest<Part extends TensorPart>(
    parts: readonly Part[],
  ): Promise<Whole<Readonly<Record<Part, Tensors>> & { readonly step: number; readonly state: unknown }>> {
    const found = await loadNewest(this.#checkpoints, async (step) => {
      const tensors = parts.map(async (part) => [part, await loadPart(this.#checkpoints, step, part)] as const);
      const loaded = Object.fromEntries(await Promise.all(tensors)) as Record<Part, Tensors>;
      return { ...loaded, step, state: await loadState(this.#checkpoints, step) };
    });
    if (found === undefined) throw this.#missing(undefined, []);
    return found;
  }

  /**
   * Sees to it that the newest checkpoint is whole: newer ones that are not are set aside until they are replaced.
   *
   * @returns what is wrong with those, and the step of the one that is whole; undefined if there is no checkpoint
   * @throws {RunError} if there are some and none is whole; they are then left as they are
   */
  async setDamagedAside(): Promise<Whole<number> | undefined> {
    const found = await loadNewest(this.#checkpoints, async (step) => {
      await loadCheckpoint(this.#checkpoints, step);
      return step;
    });
    for (const { step } of found?.damaged ?? []) await setAside(this.#checkpoints, step);
    return found;
  }

  /**
   * Whether a file is the encoder that a checkpoint was saved with.
   *
   * @returns undefined if the checkpoint, of version 0.1, cannot tell
   */
  async isEncoderOf(step: number, onnx: Uint8Array): Promise<boolean | undefined> {
    const digest = await this.encoderDigest(step);
    return digest === undefined ? undefined : digest === digestOf(onnx);
  }

  /** SHA-256 of the encoder that a checkpoint was saved with; undefined if the checkpoint, of version 0.1, cannot tell. */
  async encoderDigest(step: number): Promise<string | undefined> {
    return encoderDigest(this.#checkpoints, step);
  }

  /** Unlocks, and removes the folders that were made if nothing is in them. */
  async #release(): Promise<void> {
    await this.close();
    if (this.#made !== undefined) await removeEmpty(this.path, this.#made);
  }

  /** What a crash left. */
  async #removeUnfinished(): Promise<void> {
    await removeLeftovers(this.path);
    await removeOtherPictures(this.path, this.picturesPath);
    await removeLeftovers(this.picturesPath);
    await removeLeftovers(this.#checkpoints);
    await this.removeProgress();
  }

  async #find(step: number | undefined): Promise<number> {
    const saved = await listCheckpoints(this.#checkpoints);
    const found = step === undefined ? saved.at(-1) : saved.find((candidate) => candidate === step);
    if (found === undefined) throw this.#missing(step, saved);
    return found;
  }

  #missing(step: number | undefined, saved: readonly number[]): RunError {
    return new RunError(
      `${this.path}: expected a checkpoint${step === undefined ? '' : ` of step ${step}`}, ` +
        `got ${saved.length === 0 ? 'none yet; train longer' : `those of steps ${saved.join(', ')}`}`,
    );
  }
}
