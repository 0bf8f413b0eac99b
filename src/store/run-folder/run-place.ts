/** @file Where the folder of a run may be made, and taken back. */
import { existsSync } from 'node:fs';
import { readdir, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { RunError } from '../../core/errors.js';
import { TEMP_PREFIX } from '../files/atomic.js';
import { listCheckpoints } from './checkpoints.js';
import { CHECKPOINTS } from './pictures-folder.js';

export const CONFIG = 'config.json';
export const LOCK = 'run.lock';
/** May lie in a folder before a run does. */
export const INPUTS = 'inputs';
/** All that a training writes before its first checkpoint: another training may begin in its place. */
const BEFORE_LEARNING = [
  ...[CONFIG, INPUTS, CHECKPOINTS, 'cache', 'cache.partial', 'network'],
  ...['metrics.jsonl', 'skipped.jsonl', 'progress.json', 'diverged.json', 'features.partial'],
  ...['crops.safetensors', 'crops.safetensors.partial'],
];

/**
 * A new run may be made where nothing is, and where an earlier attempt ended before it had learnt anything.
 *
 * @throws {RunError} if there is anything else
 */
export async function checkFree(path: string): Promise<void> {
  let names: string[];
  try {
    names = await readdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    if (code === 'ENOTDIR')
      throw new RunError(`${path}: expected a folder for the run, got a file; give another --out`);
    throw error;
  }
  const foreign = names.find(
    (name) => !BEFORE_LEARNING.includes(name) && !name.startsWith(LOCK) && !name.startsWith(TEMP_PREFIX),
  );
  const hasLearnt = (await listCheckpoints(join(path, CHECKPOINTS))).length > 0;
  if (names.includes(CONFIG) && (hasLearnt || foreign !== undefined)) {
    throw new RunError(
      `${path}: expected a new folder, got one that already holds a run; give --resume to go on with it, or another --out`,
    );
  }
  const other = foreign ?? (hasLearnt ? CHECKPOINTS : undefined);
  if (other !== undefined) {
    throw new RunError(`${path}: expected a new or empty folder, got one with ${other} in it; give another --out`);
  }
}

/** Removes a folder and those around it up to the topmost that was made, as far as they are empty. */
export async function removeEmpty(path: string, topmost: string): Promise<void> {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    try {
      await rmdir(folder);
    } catch {
      return; // Somebody put something there.
    }
    if (folder === resolve(topmost)) return;
  }
}

/** Whether a folder holds a run, be it damaged. */
export function holdsRun(path: string): boolean {
  return existsSync(join(path, CONFIG));
}

/** Where files for the training in `path` lie, whether or not it has begun. */
export function inputsPath(path: string): string {
  return join(path, INPUTS);
}
