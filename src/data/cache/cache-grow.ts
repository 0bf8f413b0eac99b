/** @file A cache of other pictures than one that is there: those that stay are copied as they were decoded. */
import { mkdir } from 'node:fs/promises';
import type { Picture } from '../picture.js';
import { type CacheOptions, type CacheReport, decodeInto } from './cache-build.js';
import type { ManifestLine, QuarantineLine } from './cache-format.js';
import { type CachedPlaces, cachedPlaces } from './cache-move.js';
import { CacheWriter } from './cache-writer.js';
import type { PictureCache } from './picture-cache.js';
import { readShares, sharePath } from './shared-cache.js';

/**
 * What a cache knows of its pictures, in one folder or in shares.
 *
 * @throws {RunError} if there is no cache in `dir`, or a damaged one
 */
export function allCachedPlaces(dir: string): CachedPlaces {
  const shares = readShares(dir) ?? [undefined];
  const parts = shares.map((_, share) => cachedPlaces(sharePath(dir, share, shares.length)));
  return {
    pictures: parts.flatMap(({ pictures }) => pictures),
    quarantined: parts.flatMap(({ quarantined }) => quarantined),
  };
}

/** A picture that stays. */
export interface KeptPicture {
  /** Its place in the cache that was there. */
  readonly place: number;
  /** What is known of it now. */
  readonly line: ManifestLine;
}

export interface CacheGrowth {
  /** In their new order. */
  readonly kept: readonly KeptPicture[];
  /** To be decoded; they come after those. */
  readonly added: readonly Picture[];
  /** Known not to be decodable, and not tried again. */
  readonly stillBroken: readonly QuarantineLine[];
}

/**
 * Writes the cache of other pictures.
 *
 * @param cache the one there is, which stays
 * @param out a folder that is made
 * @returns of `added` what could not be decoded, and how they were read; else of all pictures
 * @throws {DamageError} if the pixels of a picture are damaged
 * @throws the signal's reason
 */
export async function growCache(
  cache: PictureCache,
  out: string,
  { kept, added, stillBroken }: CacheGrowth,
  options: Pick<CacheOptions, 'onProgress' | 'signal'> = {},
): Promise<CacheReport> {
  const { shortSide } = cache;
  await mkdir(out);
  await using writer = await CacheWriter.create(out, shortSide);
  for (const { place, line } of kept) {
    options.signal?.throwIfAborted();
    await writer.add(cache.read(place), line);
  }
  for (const line of stillBroken) await writer.addBroken(line);
  const decoded = await decodeInto(writer, added, { shortSide, ...options });
  const { numPictures, numBytes, fingerprint } = await writer.finish();
  return { numPictures, numBytes, fingerprint, ...decoded };
}
