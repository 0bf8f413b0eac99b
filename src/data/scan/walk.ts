/** @file The files below some paths: every real file once, links followed, loops cut. */

import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DataError } from '../../core/errors.js';
import { type Alias, failureReason, type Skipped } from '../picture.js';
import type { Place } from './class-folders.js';
import { belowBase, type Exclusion, type IsExcluded } from './exclusion.js';
import { asSpelt, openable, readFolder, realPath } from './file-name.js';
import { baseOfEach } from './scan-rules.js';

/** A file the walk came upon. */
export interface FoundFile {
  readonly path: string;
  /** Where it lies; undefined if it was given itself. */
  readonly place: Place | undefined;
  /** Whether the user named this very file, rather than a folder above it. */
  readonly named: boolean;
}

/** Told of what is not walked. */
export interface WalkListener {
  /** Each folder or link that cannot be read. */
  readonly onSkip: (skipped: Skipped) => void;
  /** Each link to what is found under another name. */
  readonly onAlias: (alias: Alias) => void;
  /** Each folder that is read. */
  readonly onFolder?: (path: string) => void;
}

interface Folder {
  readonly path: string;
  readonly place: Place;
  /** The same from where words for what is left out are counted; empty there. */
  readonly below: string;
  readonly isExcluded: IsExcluded;
}

interface Link {
  readonly path: string;
  /** In which it lies; undefined if it was given itself. */
  readonly folder: Folder | undefined;
  /** Of what it leads to, if that is a folder. */
  readonly target: Folder;
}

/**
 * Walks files and folders. Hidden entries below a given path are passed over, and what the rules leave out.
 *
 * Links are followed after everything that is reachable without them, so a file is known by its own path rather than
 * by an alias wherever both lead to it; of several links to one file, by a given one, else by the first in the order of
 * their paths. Hard links are files of their own, as copies are.
 *
 * @param paths files and folders, in any mix. One that is given among others of the same folder may be left out by its
 *   name: a shell has found it there.
 * @throws {DataError} if one of `paths` does not exist or cannot be reached
 */
export async function* walk(
  paths: readonly string[],
  exclusion: Exclusion,
  { onSkip, onAlias, onFolder }: WalkListener,
): AsyncGenerator<FoundFile> {
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
    onFolder?.(folder.path);
    for (const { name, entry } of (await readFolder(folder.path)).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const inner = folderIn(folder, name);
      const { path } = inner;
      const isFolder = entry.isDirectory() || entry.isSymbolicLink();
      const isHidden = name.startsWith('.');
      if ((isFolder || !isHidden) && folder.isExcluded(inner.below, isFolder, path)) continue;
      if (isHidden) continue;
      if (entry.isDirectory()) folders.push(inner);
      else if (entry.isSymbolicLink()) links.push({ path, folder, target: inner });
      else if (entry.isFile() && isNew(join(real, name), path)) yield { path, place: folder.place, named: false };
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

  const bases = baseOfEach(paths.map((path) => resolve(path)));
  const isExcludedBelow = new Map<string, IsExcluded>();
  for (const given of paths) {
    const base = bases.get(resolve(given))!;
    const isExcluded = isExcludedBelow.get(base) ?? exclusion.below(base);
    isExcludedBelow.set(base, isExcluded);
    const path = await asSpelt(resolve(given));
    const below = belowBase(base, resolve(given));
    const folder: Folder = { path, place: { given: path, names: [] }, below, isExcluded };
    try {
      const stats = await stat(openable(path));
      if (below !== '' && isExcluded(below, stats.isDirectory(), path)) continue;
      if ((await realPath(path)) !== path) {
        givenLinks.push({ path, folder: undefined, target: folder });
        continue;
      }
      if (stats.isDirectory()) folders.push(folder);
      else if (isNew(path, path)) yield { path, place: undefined, named: true };
    } catch (error) {
      throw new DataError(`${given}: expected a file or folder, got: ${failureReason(error)}. ${pathAdvice(given)}`, {
        cause: error,
      });
    }
    yield* walkFolders();
  }

  async function* follow({ path, folder, target }: Link): AsyncGenerator<FoundFile> {
    try {
      const real = await realPath(path);
      const of = seen.get(real);
      const stats = await stat(openable(path));
      if (of !== undefined && of !== path) onAlias({ path, of });
      else if (stats.isDirectory()) folders.push(target);
      else if (stats.isFile() && isNew(real, path)) yield { path, place: folder?.place, named: folder === undefined };
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

function folderIn({ path, place, below, isExcluded }: Folder, name: string): Folder {
  return {
    path: join(path, name),
    place: { given: place.given, names: [...place.names, name] },
    below: below === '' ? name : `${below}/${name}`,
    isExcluded,
  };
}

/** What to do about a path that was given and is not there. */
export function pathAdvice(given: string): string {
  return given.includes('\ufffd')
    ? 'Its name is not UTF-8 and does not arrive here whole: give the folder above it.'
    : 'Check the path.';
}
