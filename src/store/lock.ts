/** @file A file that says which process writes a folder, so that two trainings never write one run. */

import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { RunError } from '../core/errors.js';

/**
 * Takes the lock. The lock of a process that is gone, killed perhaps, is taken over.
 *
 * @param path the lock file
 * @throws {RunError} if a process that still runs holds it
 */
export async function acquireLock(path: string): Promise<void> {
  for (;;) {
    try {
      await writeFile(path, `${process.pid}\n`, { flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const pid = await lockHolder(path);
    if (pid !== undefined) {
      throw new RunError(
        `${path}: expected a run that nothing is writing, got one that process ${pid} is writing; ` +
          'wait for it or stop it (if that process is something else, delete this file)',
      );
    }
    await rm(path, { force: true });
  }
}

/** Gives the lock back. */
export async function releaseLock(path: string): Promise<void> {
  await rm(path, { force: true });
}

/** The process that holds the lock, if it still runs. */
export async function lockHolder(path: string): Promise<number | undefined> {
  let pid: number;
  let takenAtMs: number;
  try {
    pid = Number(await readFile(path, 'utf8'));
    takenAtMs = (await stat(path)).mtimeMs;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  // A file without a number is what a crash left between making and writing it.
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  // In containers every run may have the same number: a lock older than this process is not its own.
  if (pid === process.pid && takenAtMs < Date.now() - process.uptime() * 1000) return undefined;
  return isRunning(pid) ? pid : undefined;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process is there, and somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
