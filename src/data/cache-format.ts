/**
 * @file What a cache folder holds.
 *
 *     cache.json         settings, number of pictures, fingerprint
 *     pixels.bin         uint8[height, width, 3] of each picture, one after the other
 *     sizes.bin          uint32[n, 2], little-endian: width and height of each picture; its place follows from them
 *     manifest.jsonl     one line a picture: where it came from
 *     quarantine.jsonl   one line for each picture that could not be decoded
 */

import { createHash, type Hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataError } from '../core/errors.js';
import type { Picture } from './picture.js';

export const FILES = {
  header: 'cache.json',
  pixels: 'pixels.bin',
  sizes: 'sizes.bin',
  manifest: 'manifest.jsonl',
  quarantine: 'quarantine.jsonl',
} as const;

/** Raised whenever the same picture would be cached differently, so that an old cache is not taken for a new one. */
export const CACHE_VERSION = 1;

export interface CacheHeader {
  readonly version: number;
  readonly shortSide: number;
  readonly numPictures: number;
  /** See `startFingerprint`. */
  readonly fingerprint: string;
}

/** Where a cached picture came from. */
export interface ManifestLine {
  readonly id: string;
  readonly label?: string;
  /** Bytes and time of the file, to see cheaply that it has not changed. */
  readonly size: number;
  readonly mtimeMs: number;
  /** SHA-256 of the picture's bytes, in hexadecimal. */
  readonly key: string;
}

/** A picture that was seen but could not be decoded. The key is missing where it could not even be read. */
export interface QuarantineLine extends Omit<ManifestLine, 'key' | 'label'> {
  readonly key?: string;
  readonly reason: string;
}

/** Short side of cached pictures that is right for training on crops of `size` pixels, and for evaluation on them. */
export function cacheShortSide(size: number): number {
  // A random crop covers at least a fifth of the area, so 0.45 of each side; of 1.5 × size pixels that is 0.67 × size,
  // enlarged by at most 1.5 for the smallest crops and reduced for most. 1.5 is also more than the 256/224 = 1.14 that
  // evaluation wants. Pictures of up to 48 pixels, CIFAR's among them, are kept as they are for crops of 32.
  return Math.ceil(1.5 * size);
}

/** SHA-256 in hexadecimal. */
export function contentKey(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A hash of the settings, to be updated with each picture's key in order: it names the data set exactly. */
export function startFingerprint(shortSide: number): Hash {
  return createHash('sha256').update(JSON.stringify({ version: CACHE_VERSION, shortSide }));
}

export function manifestLine({ id, label, size, mtimeMs }: Picture, key: string): ManifestLine {
  return { id, ...(label === undefined ? {} : { label }), size, mtimeMs, key };
}

/** @throws {DataError} if there is no whole cache in `dir`, or one of another version of this package */
export function readHeader(dir: string): CacheHeader {
  let header: CacheHeader;
  try {
    header = JSON.parse(readFileSync(join(dir, FILES.header), 'utf8'));
  } catch (error) {
    throw new DataError(`${dir}: expected a picture cache, got: ${(error as Error).message}`, { cause: error });
  }
  if (header.version !== CACHE_VERSION) {
    throw new DataError(
      `${dir}: expected a picture cache of version ${CACHE_VERSION}, got ${header.version}; delete it to have it rebuilt`,
    );
  }
  return header;
}

/** The values in a JSON Lines file, which may be larger than the longest string. */
export function* readJsonLines<Line>(file: string): Generator<Line> {
  const bytes = readFileSync(file);
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf('\n', start);
    yield JSON.parse(bytes.toString('utf8', start, end)) as Line;
    start = end + 1;
  }
}
