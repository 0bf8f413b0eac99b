/**
 * @file A file that says which process writes something, so that two never do.
 *
 * A lock comes into its place whole, by a link. One whose holder is gone is replaced by a rename, by the one process
 * that holds the lock of the takeover and finds the file still to be the one that was judged.
 */
import { type FileHandle, link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { RunError } from '../../core/errors.js';
import { withPath } from '../../core/system-errors.js';
import { tempBeside } from './atomic.js';
import { holderName, isAlive, type LockHolder, ownHolder, parseHolder, SIGN_OF_LIFE_MS } from './lock-holder.js';

/** A file without a holder may be one that is just being written; unchanged for so long, a crash has left it. */
const UNWRITTEN_MS = 2_000;
const AGAIN_MS = 5;
/** How often a lock that another holds is looked at while it is waited for. */
const WAIT_MS = 200;

/** What file systems say that know no links. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL'];

/** A lock that this process holds. */
export class Lock {
  readonly #path: string;
  readonly #text: string;
  readonly #file: FileHandle;
  readonly #signs: NodeJS.Timeout;
  #writing: Promise<unknown> = Promise.resolve();

  /** @param file where `text` is, open to be written again */
  constructor(path: string, text: string, file: FileHandle) {
    this.#path = path;
    this.#text = text;
    this.#file = file;
    // Through the open file: if somebody has taken the lock over, nothing is written to theirs.
    this.#signs = setInterval(() => {
      this.#writing = file.write(text, 0).catch(() => undefined);
    }, SIGN_OF_LIFE_MS).unref();
  }

  /** Gives the lock back. */
  async release(): Promise<void> {
    clearInterval(this.#signs);
    await this.#writing;
    const { ino } = await this.#file.stat({ bigint: true });
    // While it is open no other file has its number. A disk that has changed a letter leaves no lock that nobody holds.
    const found = await lookAt(this.#path);
    await this.#file.close();
    if (found?.text === this.#text || found?.ino === ino) await rm(this.#path, { force: true });
  }
}

/**
 * Takes the lock of a run. That of a process that is gone, killed perhaps, is taken over.
 *
 * @param path the lock file
 * @throws {RunError} if a process that still runs holds it
 */
export async function acquireLock(path: string): Promise<Lock> {
  const lock = await tryLock(path);
  if (lock instanceof Lock) return lock;
  throw new RunError(
    `${path}: expected a run that nothing is writing, got one that ${holderName(lock)} is writing; ` +
      'wait for it or stop it (if that process is something else, delete this file)',
  );
}

export interface WaitOptions {
  /** Called when another holds it, with its name; again for every other. */
  readonly onWait?: (holder: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Takes a lock as soon as nobody else holds it.
 *
 * @throws the signal's reason
 */
export async function waitForLock(path: string, { onWait, signal }: WaitOptions): Promise<Lock> {
  let told: string | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const lock = await tryLock(path);
    if (lock instanceof Lock) return lock;
    const name = holderName(lock);
    if (name !== told) onWait?.(name);
    told = name;
    await sleep(WAIT_MS, undefined, signal && { signal }).catch(() => signal?.throwIfAborted());
  }
}

/** The process that holds a lock, if it still runs. */
export async function lockHolder(path: string): Promise<LockHolder | undefined> {
  const found = await lookAt(path);
  const holder = found && parseHolder(found.text);
  return holder && isAlive(holder, found.writtenMs, Date.now()) ? holder : undefined;
}

/** Takes a lock, or tells who holds it. */
async function tryLock(path: string): Promise<Lock | LockHolder> {
  let unwritten: { readonly version: string; readonly since: number } | undefined;
  for (;;) {
    const candidate = await Candidate.write(path).catch((error: unknown) => {
      throw withPath(error, path);
    });
    try {
      if (await candidate.link()) return candidate.lock();
      const found = await lookAt(path);
      if (found === undefined) continue;
      if (found.text === candidate.text) return candidate.lock();
      const holder = parseHolder(found.text);
      if (holder !== undefined && isAlive(holder, found.writtenMs, candidate.writtenMs)) return holder;
      if (holder === undefined) {
        if (unwritten?.version !== found.version) unwritten = { version: found.version, since: performance.now() };
        if (performance.now() - unwritten.since < UNWRITTEN_MS) {
          await sleep(AGAIN_MS);
          continue;
        }
      }
      const takeover = await tryLock(`${path}.takeover`);
      if (!(takeover instanceof Lock)) {
        await sleep(AGAIN_MS);
        continue;
      }
      try {
        // Another may have taken it over since it was judged.
        if ((await lookAt(path))?.version === found.version && (await candidate.rename())) return candidate.lock();
      } finally {
        await takeover.release();
      }
    } finally {
      await candidate.discard();
    }
  }
}

interface LockFile {
  readonly text: string;
  readonly writtenMs: number;
  /** Another text for every other file or writing of it. */
  readonly version: string;
  readonly ino: bigint;
}

async function lookAt(path: string): Promise<LockFile | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    const { ino, mtimeNs, mtimeMs } = await stat(path, { bigint: true });
    return { text, writtenMs: Number(mtimeMs), version: `${ino} ${mtimeNs} ${text}`, ino };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw withPath(error, path);
  }
}

/** A lock written beside its place. */
class Candidate {
  readonly text: string;
  /** By the clock of whoever keeps the files. */
  readonly writtenMs: number;
  readonly #path: string;
  readonly #temp: string;
  #file: FileHandle;
  #isTaken = false;

  private constructor(path: string, temp: string, text: string, file: FileHandle, writtenMs: number) {
    this.text = text;
    this.writtenMs = writtenMs;
    this.#path = path;
    this.#temp = temp;
    this.#file = file;
  }

  static async write(path: string): Promise<Candidate> {
    const temp = tempBeside(path);
    const text = `${JSON.stringify(ownHolder())}\n`;
    const file = await open(temp, 'wx');
    try {
      await file.write(text, 0);
      return new Candidate(path, temp, text, file, (await file.stat()).mtimeMs);
    } catch (error) {
      await file.close();
      await rm(temp, { force: true });
      throw error;
    }
  }

  /** Puts it in its place if nothing is there. */
  async link(): Promise<boolean> {
    try {
      await link(this.#temp, this.#path);
      return true;
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (NO_LINKS.includes(code)) return this.#create();
      return isMissed(error);
    }
  }

  /** Puts it in its place whatever is there. */
  async rename(): Promise<boolean> {
    try {
      await rename(this.#temp, this.#path);
      return true;
    } catch (error) {
      return isMissed(error);
    }
  }

  lock(): Lock {
    this.#isTaken = true;
    return new Lock(this.#path, this.text, this.#file);
  }

  async discard(): Promise<void> {
    if (!this.#isTaken) await this.#file.close();
    await rm(this.#temp, { force: true });
  }

  /** Where there are no links: others see the file for a moment before it is written. */
  async #create(): Promise<boolean> {
    let file: FileHandle;
    try {
      file = await open(this.#path, 'wx');
    } catch (error) {
      return isMissed(error);
    }
    await this.#file.close();
    this.#file = file;
    await file.write(this.text, 0);
    // Whoever has taken it for a crash's meanwhile has put another into its place.
    return (await lookAt(this.#path))?.text === this.text;
  }
}

/** Something is in the place, or whoever holds the lock has removed the candidate as a leftover. */
function isMissed(error: unknown): false {
  if (['EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
  throw error;
}
