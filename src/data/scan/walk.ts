/** @file The files below some paths: every real file once, links followed, loops cut. */

import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { DataError } from '../../core/errors.js';
import { type Alias, failureReason, type Skipped } from '../picture.js';
import { asSpelt, openable, readFolder, realPath } from './file-name.js';

/** A file the walk came upon. */
export interface FoundFile {
  readonly path: string;
  /** The first folder below the given path that leads here; undefined directly in it. */
  readonly folder: string | undefined;
  /** Whether the user named this very file, rather than a folder above it. */
  readonly named: boolean;
}

/** Told of what is not walked. */
export interface WalkListener {
  /** Each folder or link that cannot be read. */
  readonly onSkip: (skipped: Skipped) => void;
  /** Each link to what is found under another name. */
  readonly onAlias: (alias: Alias) => void;
}

interface Folder {
  readonly path: string;
  /** What is in this folder belongs to this class; undefined for a given path, whose sub-folders name classes. */
  readonly className: string | undefined;
}

interface Link {
  readonly path: string;
  /** Of what it leads to. */
  readonly className: (name: string) => string | undefined;
  readonly folder: string | undefined;
  readonly named: boolean;
}

/**
 * Walks files and folders. Hidden entries below a given path are passed over.
 *
 * Links are followed after everything that is reachable without them, so a file is known by its own path rather than
 * by an alias wherever both lead to it; of several links to one file, by a given one, else by the first in the order of
 * their paths. Hard links are files of their own, as copies are.
 *
 * @param paths files and folders, in any mix
 * @throws {DataError} if one of `paths` does not exist or cannot be reached
 */
export async function* walk(paths: readonly string[], { onSkip, onAlias }: WalkListener): AsyncGenerator<FoundFile> {
  /** The path by which each file and folder counts, by its path without links. */
  const seen = new Map<string, string>();
  const folders: Folder[] = [];
  const givenLinks: Link[] = [];
  let links: Link[] = [];

  function isNew(real: string, path: string): boolean {
    if (seen.has(real)) return false;
    seen.set(real, path);
    return true;
  }

  async function* walkFolder(folder: Folder): AsyncGenerator<FoundFile> {
    const real = await realPath(folder.path);
    if (!isNew(real, folder.path)) return;
    for (const { name, entry } of (await readFolder(folder.path)).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (name.startsWith('.')) continue;
      const path = join(folder.path, name);
      if (entry.isDirectory()) folders.push({ path, className: folder.className ?? name });
      else if (entry.isSymbolicLink()) {
        links.push({ path, className: (last) => folder.className ?? last, folder: folder.className, named: false });
      } else if (entry.isFile() && isNew(join(real, name), path)) {
        yield { path, folder: folder.className, named: false };
      }
    }
  }

  async function* walkFolders(): AsyncGenerator<FoundFile> {
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      try {
        yield* walkFolder(folder);
      } catch (error) {
        onSkip({ path: folder.path, reason: `folder: ${failureReason(error)}` });
      }
    }
  }

  for (const given of paths) {
    const path = await asSpelt(resolve(given));
    try {
      const stats = await stat(openable(path));
      if ((await realPath(path)) !== path) {
        givenLinks.push({ path, className: () => undefined, folder: undefined, named: true });
        continue;
      }
      if (stats.isDirectory()) folders.push({ path, className: undefined });
      else if (isNew(path, path)) yield { path, folder: undefined, named: true };
    } catch (error) {
      throw new DataError(`${given}: expected a file or folder, got: ${failureReason(error)}. ${pathAdvice(given)}`, {
        cause: error,
      });
    }
    yield* walkFolders();
  }

  async function* follow({ path, className, folder, named }: Link): AsyncGenerator<FoundFile> {
    try {
      const real = await realPath(path);
      const of = seen.get(real);
      const stats = await stat(openable(path));
      if (of !== undefined && of !== path) onAlias({ path, of });
      else if (stats.isDirectory()) folders.push({ path, className: className(basename(path)) });
      else if (stats.isFile() && isNew(real, path)) yield { path, folder, named };
    } catch (error) {
      onSkip({ path, reason: `link: ${failureReason(error)}` });
    }
    yield* walkFolders();
  }

  for (const link of givenLinks) yield* follow(link);
  // Linked folders may hold links of their own, which are followed after all these.
  while (links.length > 0) {
    const now = links.sort((a, b) => (a.path < b.path ? -1 : 1));
    links = [];
    for (const link of now) yield* follow(link);
  }
}

/** What to do about a path that was given and is not there. */
export function pathAdvice(given: string): string {
  return given.includes('\ufffd')
    ? 'Its name is not UTF-8 and does not arrive here whole: give the folder above it.'
    : 'Check the path.';
}
