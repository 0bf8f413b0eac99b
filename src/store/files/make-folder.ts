/** @file Makes folders. Node's own recursive `mkdir` never ends where a folder that is there takes none, as /proc. */
import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { DataError } from '../../core/errors.js';

/**
 * Makes a folder and those on the way to it that are missing.
 *
 * @returns the first that was made; undefined if all were there
 * @throws {DataError} if a folder on the way takes no others
 * @throws the system's error, of the folder that could not be made
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  const folder = resolve(path);
  const error = await make(folder);
  if (error === undefined) return folder;
  if (await isFolder(folder)) return undefined;
  const parent = dirname(folder);
  if (error.code !== 'ENOENT' || parent === folder) throw error;
  const first = await makeFolder(parent);
  const again = await make(folder);
  if (again === undefined) return first ?? folder;
  if (await isFolder(folder)) return first; // Another process was faster.
  if (again.code !== 'ENOENT') throw again;
  throw new DataError(
    `${folder}: expected a place that takes folders, got ${parent}, which takes none. Write to another place.`,
  );
}

async function make(folder: string): Promise<NodeJS.ErrnoException | undefined> {
  try {
    await mkdir(folder);
    return undefined;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
