/** @file What has become of files since a run was brought to them: by name, size and time alone. */
import { allCachedPlaces } from '../../data/cache/cache-grow.js';
import { coverage } from '../../data/scan/coverage.js';
import { fileOfRecord } from '../../data/scan/read-by-id.js';
import { type FileLook, fileVersion } from './look-at-files.js';

/** The version of what a run knows, by id. */
export type KnownVersions = ReadonlyMap<string, string>;

/** A file that is there no longer. */
export const GONE = '';

/**
 * What a run knows: its pictures, and files that could not be decoded.
 *
 * @throws {RunError} if its cache is not there, or damaged
 */
export function knownVersions(cachePath: string): KnownVersions {
  const { pictures, quarantined } = allCachedPlaces(cachePath);
  return new Map([...quarantined, ...pictures].map((line) => [line.id, fileVersion(line)]));
}

/**
 * Files that are otherwise than is known, each with its version, or `GONE`.
 *
 * @param paths absolute; where one of them has no file any more, what is known of it stays: perhaps its disk is away
 */
export function fileChanges(
  known: KnownVersions,
  paths: readonly string[],
  { files, unread }: FileLook,
): ReadonlyMap<string, string> {
  const changes = new Map(files);
  const places = paths.filter((path) => {
    const isHere = coverage([path], []);
    return Array.from(files.keys()).some(isHere);
  });
  const isCovered = coverage(places, unread);
  for (const [id, version] of known) {
    const path = files.has(id) ? id : fileOfRecord(id);
    const now = files.get(path);
    if (now === version) changes.delete(path);
    else if (now === undefined && isCovered(id)) changes.set(id, GONE);
  }
  return changes;
}
