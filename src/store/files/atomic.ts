/**
 * @file Writes that a crash cannot tear: everything is written beside its place, forced to the disk, then renamed.
 *
 * At any instant a reader finds the old file or folder whole, or the new one whole.
 */

import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, link, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { withPath } from '../../core/system-errors.js';
import { makeFolder } from './make-folder.js';

/** How the names of unfinished files and folders begin. */
export const TEMP_PREFIX = '.tmp-';

/** What a file can be written from; a sequence is written piece by piece. */
export type Content = string | Uint8Array | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;

/** Writes a file, replacing one that is there. `content` must not change until the promise is fulfilled. */
export async function writeFileAtomic(path: string, content: Content): Promise<void> {
  await writeAtomic(path, (temp) => writeFile(temp, content));
}

/**
 * Writes files that belong together. None takes its place before all are on the disk, and if one cannot take it, those
 * before are put back: what fails leaves all as they were. Only a crash between two renames can leave some old and some new.
 *
 * @param files each with its content; written in order, so that a content may tell of one before it
 */
export async function writeFilesAtomic(files: readonly (readonly [path: string, content: Content])[]): Promise<void> {
  const moves = files.map(([path, content]) => ({ path, content, temp: tempBeside(path), earlier: tempBeside(path) }));
  const placed: { readonly path: string; readonly earlier: string | undefined }[] = [];
  let current = '';
  try {
    for (const { temp, content, path } of moves) {
      current = path;
      await writeFile(temp, content);
      await syncTree(temp);
    }
    for (const { temp, path, earlier } of moves) {
      current = path;
      const isLast = placed.length === moves.length - 1;
      const isKept = !isLast && (await keepBeside(path, earlier));
      await rename(temp, path);
      placed.push({ path, earlier: isKept ? earlier : undefined });
    }
    placed.length = 0;
    for (const folder of new Set(files.map(([path]) => dirname(path)))) await syncFolder(folder);
  } catch (error) {
    for (const { path, earlier } of placed) {
      await (earlier === undefined ? rm(path) : rename(earlier, path)).catch(() => undefined); // As below.
    }
    throw located(error, current);
  } finally {
    for (const temp of moves.flatMap(({ temp, earlier }) => [temp, earlier])) {
      await rm(temp, { force: true }).catch(() => undefined); // As below.
    }
  }
}

/** Gives a file a second name, or makes a copy where the disk has no links; false if it is not there. */
async function keepBeside(path: string, beside: string): Promise<boolean> {
  if (!existsSync(path)) return false;
  await link(path, beside).catch(() => copyFile(path, beside));
  return true;
}

/**
 * The same without forcing anything to the disk: for what is soon replaced and worth nothing after a power cut.
 */
export async function replaceFile(path: string, content: Content): Promise<void> {
  const temp = tempBeside(path);
  try {
    await writeFile(temp, content);
    await rename(temp, path);
  } catch (error) {
    await rm(temp, { force: true }).catch(() => undefined); // What went wrong first is told.
    throw located(error, path);
  }
}

/**
 * Writes a folder.
 *
 * @param path must not exist yet, or be an empty folder
 * @param fill writes the content into the folder it is given
 */
export async function writeFolderAtomic(path: string, fill: (temp: string) => Promise<void>): Promise<void> {
  await writeAtomic(path, async (temp) => {
    await mkdir(temp);
    await fill(temp);
  });
}

/**
 * Writes a folder, in place of one of a name that nobody reads, unless there is nothing to write after all.
 *
 * @param fill writes the content into the folder it is given; gives undefined to have none written
 * @returns what it gives
 */
export async function writeFolderUnless<T>(
  path: string,
  fill: (temp: string) => Promise<T | undefined>,
): Promise<T | undefined> {
  await rm(path, { recursive: true, force: true });
  const nothing = new Error('nothing to write');
  let given: T | undefined;
  try {
    await writeFolderAtomic(path, async (temp) => {
      given = await fill(temp);
      if (given === undefined) throw nothing;
    });
  } catch (error) {
    if (error !== nothing) throw error;
  }
  return given;
}

/**
 * Writes a file or folder by whatever means.
 *
 * @param create makes the file or folder at the path it is given, in the same folder as `path`
 */
export async function writeAtomic(path: string, create: (temp: string) => Promise<void>): Promise<void> {
  const temp = tempBeside(path);
  try {
    await create(temp);
    await syncTree(temp);
    await rename(temp, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temp, { recursive: true, force: true }).catch(() => undefined); // What went wrong first is told.
    throw located(error, path);
  }
}

/**
 * Writes a folder, in place of one that may be there; folders on the way are made. One process at a time may do so. Two folders
 * cannot change places in one step: a crash between the two leaves the old one beside its place, as `.<name>.earlier`, and the next
 * call begins by putting it back, and by removing what a crash has left unfinished.
 *
 * @param fill writes the content into the folder it is given
 */
export async function replaceFolderAtomic(path: string, fill: (temp: string) => Promise<void>): Promise<void> {
  const earlier = join(dirname(path), `.${basename(path)}.earlier`);
  const putBack = async (): Promise<void> => {
    if (!existsSync(path) && existsSync(earlier)) await rename(earlier, path);
  };
  const temp = join(dirname(path), TEMP_PREFIX + basename(path));
  try {
    await putBack();
    await rm(temp, { recursive: true, force: true });
    await rm(earlier, { recursive: true, force: true });
    await makeFolder(temp);
    await fill(temp);
    await syncTree(temp);
    if (existsSync(path)) await rename(path, earlier);
    await rename(temp, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await putBack();
    await rm(temp, { recursive: true, force: true }).catch(() => undefined); // As above.
    throw isAbout(error, dirname(path)) ? withPath(error, path) : error;
  }
  await rm(earlier, { recursive: true, force: true });
}

/** Whether an error is of writing into a folder; what was to be written may have been read from elsewhere. */
function isAbout(error: unknown, folder: string): boolean {
  const { path, dest } = error as { readonly path?: unknown; readonly dest?: unknown };
  return path === undefined || [path, dest].some((named) => typeof named === 'string' && named.startsWith(folder));
}

/** Removes a folder or file so that no half of it is ever seen under its name. */
export async function removeAtomic(path: string): Promise<void> {
  const doomed = tempBeside(path);
  await rename(path, doomed);
  await rm(doomed, { recursive: true, force: true });
}

/** Removes what a crash left unfinished directly in `folder`, if that is there. Nobody else may be writing in it. */
export async function removeLeftovers(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  for (const name of await readdir(folder)) {
    if (name.startsWith(TEMP_PREFIX)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** A name for what is to be put at `path` when it is whole. */
export function tempBeside(path: string): string {
  return join(dirname(path), TEMP_PREFIX + randomUUID());
}

async function syncTree(path: string): Promise<void> {
  if ((await stat(path)).isDirectory()) {
    for (const name of await readdir(path)) await syncTree(join(path, name));
    await syncFolder(path);
  } else {
    // Windows flushes only what is open for writing.
    await sync(path, 'r+');
  }
}

async function syncFolder(path: string): Promise<void> {
  // Windows opens no folders; its file system journals their entries by itself.
  if (process.platform !== 'win32') await sync(path, 'r');
}

async function sync(path: string, flags: string): Promise<void> {
  const file = await open(path, flags);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Of a file that cannot be made it is the folder that is missing. */
function located(error: unknown, path: string): unknown {
  return withPath(error, (error as NodeJS.ErrnoException).code === 'ENOENT' ? dirname(path) : path);
}
