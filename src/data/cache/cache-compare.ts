/** @file Whether a cache on disk is for exactly these pictures, and if not, how they differ. */

import { existsSync } from 'node:fs';
import { plural } from '../../core/format.js';
import { nameKey } from '../../core/names.js';
import { type Picture, readBytes } from '../picture.js';
import { openCache } from './cache.js';
import { checkMark, readHeader, readManifest, readQuarantine } from './cache-files.js';
import { contentKey, type ManifestLine, type QuarantineLine } from './cache-format.js';

/**
 * Of pictures those that a cache was built of, in it or quarantined, and in its order.
 *
 * @throws {RunError} if there is no cache, or one that is damaged
 */
export function asCached(dir: string, pictures: readonly Picture[]): readonly Picture[] {
  const header = readHeader(dir);
  const byId = new Map(pictures.map((picture) => [picture.id, picture]));
  return [...readManifest(dir, header), ...readQuarantine(dir, header)].flatMap(({ id }) => byId.get(id) ?? []);
}

/**
 * How the pictures and settings differ from those a cache was built of.
 *
 * Files of the same size and time are taken to be the same; where only the time differs, the content decides.
 *
 * @param pictures as a fresh scan gives them
 * @param settings.keepsLabels whether the labels of the cache count in any case, so that a label that an earlier version
 * could not find or read is no difference
 * @returns sentences such as `added 2 pictures, e.g. /a/b.jpg`; none if the cache can be used as it is
 * @throws {DamageError} if there is a cache in `dir` that is damaged: all is checked but the pixels, of which a note is
 *   heeded that somebody left who has read them
 * @throws {RunError} if it is of another version
 */
export async function cacheDifferences(
  dir: string,
  pictures: readonly Picture[],
  settings: { readonly shortSide: number; readonly keepsLabels?: boolean },
): Promise<readonly string[]> {
  if (!existsSync(dir)) return [`no cache in ${dir}`];
  const header = readHeader(dir);
  const { shortSide } = header;
  const cached = new Map<string, ManifestLine | QuarantineLine>();
  for (const line of readQuarantine(dir, header)) cached.set(line.id, line);
  const order: string[] = [];
  for (const line of readManifest(dir, header)) {
    cached.set(line.id, line);
    order.push(line.id);
  }

  const isRelabelled = (before: string | undefined, now: string | undefined): boolean =>
    nameKey(before ?? '') !== nameKey(now ?? '') &&
    !(settings.keepsLabels && (before === undefined || before.includes('\ufffd')));
  const added: string[] = [];
  const changed: string[] = [];
  const relabelled: string[] = [];
  let inOrder = true;
  let next = 0;
  for (const picture of pictures) {
    const line = cached.get(picture.id);
    cached.delete(picture.id);
    if (line === undefined) added.push(picture.id);
    else if (!(await isSame(picture, line))) changed.push(picture.id);
    else if (!('reason' in line) && isRelabelled(line.label, picture.label)) relabelled.push(picture.id);
    if (line !== undefined && !('reason' in line) && order[next++] !== picture.id) inOrder = false;
  }
  const removed = [...cached.keys()];

  const differences = [
    ...tell('added', added),
    ...tell('removed', removed),
    ...tell('changed', changed),
    ...tell('relabelled', relabelled),
  ];
  if (!inOrder && added.length + removed.length === 0) differences.push('the pictures are in another order');
  if (shortSide !== settings.shortSide) {
    differences.push(`setting shortSide was ${shortSide}, is ${settings.shortSide} now`);
  }
  if (differences.length === 0) {
    openCache(dir).close();
    checkMark(dir);
  }
  return differences;
}

async function isSame(picture: Picture, line: ManifestLine | QuarantineLine): Promise<boolean> {
  if (picture.size !== line.size) return false;
  if (picture.mtimeMs === line.mtimeMs) return true;
  try {
    return contentKey(await readBytes(picture)) === line.key;
  } catch {
    // It cannot be read: nothing new if it could not be read before either.
    return line.key === undefined;
  }
}

function tell(what: string, ids: readonly string[]): string[] {
  if (ids.length === 0) return [];
  return [`${what} ${plural(ids.length, 'picture')}, e.g. ${ids[0]}`];
}
