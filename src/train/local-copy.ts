/** @file A copy of the decoded pictures that a process trains on, on a disk of its own machine. */
import { existsSync } from 'node:fs';
import { copyFile, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { RunError } from '../core/errors.js';
import { checkMark } from '../data/cache/cache-files.js';
import type { PictureCache } from '../data/cache/picture-cache.js';
import { type CachedShare, readShares, sharePath, writeShares } from '../data/cache/shared-cache.js';
import { replaceFolderAtomic } from '../store/files/atomic.js';
import { weightOf } from '../store/files/folder-weight.js';
import { makeFolder } from '../store/files/make-folder.js';
import type { PlaceRange } from './part-of-rank.js';

/**
 * Copies what is not there yet. A copy has the places of the cache that it is of; of one in shares, those that are read.
 *
 * @param range of the pictures that are read
 * @param into a folder for copies, of this run and of others
 * @param onCopy told of the bytes before they are copied
 * @returns the folder of the copy, a cache itself
 * @throws {RunError} if it cannot be written
 */
export async function localCopy(
  { dir, fingerprint }: Pick<PictureCache, 'dir' | 'fingerprint'>,
  range: PlaceRange,
  into: string,
  onCopy: (numBytes: number) => void,
): Promise<string> {
  const shares = readShares(dir);
  const of = shares?.length ?? 1;
  const read = shares === undefined ? [0] : sharesWithin(shares, range);
  const suffix = of > 1 ? `-share-${read.join('-')}-of-${of}` : '';
  const copy = resolve(into, `pictures-${fingerprint.slice(0, 16)}${suffix}`);
  // A folder has its name only once it is whole.
  if (existsSync(copy) && !read.some((share) => isMarked(sharePath(copy, share, of)))) return copy;
  try {
    const weights = await Promise.all(read.map((share) => weightOf(sharePath(dir, share, of))));
    onCopy(weights.reduce((sum, weight) => sum + weight));
    await replaceFolderAtomic(copy, async (temp) => {
      for (const share of read) await copyFiles(sharePath(dir, share, of), sharePath(temp, share, of));
      if (shares !== undefined) await writeShares(temp, shares);
    });
  } catch (error) {
    throw new RunError(
      `${into}: expected a folder for a copy of the decoded pictures, got: ${(error as Error).message}. ` +
        'Make room there, or give another --local-cache, or none.',
      { cause: error },
    );
  }
  return copy;
}

/** Numbers of the shares of which some of the range are. */
function sharesWithin(shares: readonly CachedShare[], { first, length }: PlaceRange): number[] {
  let end = 0;
  return shares.flatMap(({ numPictures }, share) => {
    const begin = end;
    end += numPictures;
    return begin < first + length && first < end ? [share] : [];
  });
}

/** Whether somebody has come upon damage in it. */
function isMarked(folder: string): boolean {
  try {
    checkMark(folder);
    return false;
  } catch {
    return true;
  }
}

async function copyFiles(from: string, to: string): Promise<void> {
  await makeFolder(to);
  for (const name of await readdir(from)) await copyFile(join(from, name), join(to, name));
}
