/** @file The files below some paths: every real file once, links followed, loops cut. */

import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { DataError } from '../core/errors.js';
import { failureReason, type Skipped } from './picture.js';

/** A file the walk came upon. */
export interface FoundFile {
  readonly path: string;
  /** The first folder below the given path that leads here; undefined directly in it. */
  readonly folder: string | undefined;
  /** Whether the user named this very file, rather than a folder above it. */
  readonly named: boolean;
}

interface Folder {
  readonly path: string;
  /** What is in this folder belongs to this class; undefined for a given path, whose sub-folders name classes. */
  readonly className: string | undefined;
}

/**
 * Walks files and folders. Hidden entries below a given path are passed over.
 *
 * Links are followed after everything that is reachable without them, so a file is known by its own path rather than
 * by an alias wherever both lead to it.
 *
 * @param paths files and folders, in any mix
 * @param skip called with each folder or link that cannot be read
 * @throws {DataError} if one of `paths` does not exist or cannot be reached
 */
export async function* walk(paths: readonly string[], skip: (skipped: Skipped) => void): AsyncGenerator<FoundFile> {
  const seen = new Set<string>();
  const folders: Folder[] = [];
  const links: { readonly path: string; readonly within: Folder }[] = [];

  function isNew(real: string): boolean {
    if (seen.has(real)) return false;
    seen.add(real);
    return true;
  }

  async function* walkFolder(folder: Folder): AsyncGenerator<FoundFile> {
    const real = await realpath(folder.path);
    if (!isNew(real)) return;
    // Sorted, so that of several links to one file the same one counts on every machine.
    const entries = await readdir(folder.path, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith('.')) continue;
      const path = join(folder.path, entry.name);
      if (entry.isDirectory()) folders.push({ path, className: folder.className ?? entry.name });
      else if (entry.isSymbolicLink()) links.push({ path, within: folder });
      else if (entry.isFile() && isNew(join(real, entry.name))) {
        yield { path, folder: folder.className, named: false };
      }
    }
  }

  async function* walkFolders(): AsyncGenerator<FoundFile> {
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      try {
        yield* walkFolder(folder);
      } catch (error) {
        skip({ path: folder.path, reason: `folder: ${failureReason(error)}` });
      }
    }
  }

  for (const given of paths) {
    const path = resolve(given);
    try {
      const stats = await stat(path);
      if (stats.isDirectory()) folders.push({ path, className: undefined });
      else if (isNew(await realpath(path))) yield { path, folder: undefined, named: true };
    } catch (error) {
      const reason = failureReason(error);
      throw new DataError(`${given}: expected a file or folder, got: ${reason}. Check the path.`, { cause: error });
    }
    yield* walkFolders();
  }

  // The list grows while it is walked: a linked folder may hold links of its own.
  for (const { path, within } of links) {
    try {
      const stats = await stat(path);
      if (stats.isDirectory()) folders.push({ path, className: within.className ?? basename(path) });
      else if (stats.isFile() && isNew(await realpath(path))) yield { path, folder: within.className, named: false };
    } catch (error) {
      skip({ path, reason: `link: ${failureReason(error)}` });
    }
    yield* walkFolders();
  }
}
