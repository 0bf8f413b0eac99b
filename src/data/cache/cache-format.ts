/**
 * @file What a cache folder holds.
 *
 *     cache.json         settings, number of pictures, fingerprint
 *     pixels.bin         uint8[height, width, 3] of each picture, one after the other
 *     sizes.bin          uint32[n, 2], little-endian: width and height of each picture; its place follows from them
 *     checksums.bin      uint32[n], little-endian: CRC-32 of each picture's pixels
 *     manifest.jsonl     one line a picture: where it came from
 *     quarantine.jsonl   one line for each picture that could not be decoded
 *     damaged            what somebody found damaged who read it, for who can build it anew
 *
 * cache.json has the SHA-256 of the files beside the pixels, and the fingerprint follows from the manifest: all is known
 * to be as it was written. Version 0.1 wrote no checksums and no digests; of its caches only the fingerprint is checked.
 */

import { createHash, type Hash } from 'node:crypto';
import type { Picture } from '../picture.js';
import type { TestTransform } from '../transform/centre-crop.js';

export const FILES = {
  header: 'cache.json',
  pixels: 'pixels.bin',
  sizes: 'sizes.bin',
  manifest: 'manifest.jsonl',
  quarantine: 'quarantine.jsonl',
  checksums: 'checksums.bin',
} as const;

/** The files that the header has digests of. */
export const DIGESTED = ['sizes', 'manifest', 'quarantine', 'checksums'] as const;
export type Digested = (typeof DIGESTED)[number];

/** Raised whenever the same picture would be cached differently, so that an old cache is not taken for a new one. */
export const CACHE_VERSION = 1;

export interface CacheHeader {
  readonly version: number;
  readonly shortSide: number;
  readonly numPictures: number;
  /** See `startFingerprint`. */
  readonly fingerprint: string;
  /** SHA-256 of files, in hexadecimal; not in caches of version 0.1. */
  readonly digests?: Readonly<Record<Digested, string>> | undefined;
}

/** Bytes and time of a file, to see cheaply that it has not changed. */
export interface FileStamp {
  readonly size: number;
  readonly mtimeMs: number;
}

/** Where a cached picture came from. */
export interface ManifestLine extends FileStamp {
  readonly id: string;
  readonly label?: string;
  /** SHA-256 of the picture's bytes, in hexadecimal. */
  readonly key: string;
  /** What had to be decided to make pixels of them (`renderingOf`); absent for most, and from what version 0.1 wrote. */
  readonly rendering?: string;
}

/** A picture that was seen but could not be decoded. The key is missing where it could not even be read. */
export interface QuarantineLine extends Omit<ManifestLine, 'key' | 'label' | 'rendering'> {
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

/** The same of pictures for a transform, which may say it itself. */
export function shortSideOf({ size, shortSide }: Pick<TestTransform, 'size' | 'shortSide'>): number {
  return shortSide ?? cacheShortSide(size);
}

/** SHA-256 in hexadecimal. */
export function contentKey(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A hash of the settings, to be updated with each picture's key and rendering in order: it names the data set exactly. */
export function startFingerprint(shortSide: number): Hash {
  return createHash('sha256').update(JSON.stringify({ version: CACHE_VERSION, shortSide }));
}

/** @param rendering see `ManifestLine`; empty for most */
export function manifestLine({ id, label, size, mtimeMs }: Picture, key: string, rendering: string): ManifestLine {
  return { id, ...(label === undefined ? {} : { label }), size, mtimeMs, key, ...(rendering !== '' && { rendering }) };
}
