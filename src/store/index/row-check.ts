/** @file Whether a row of an index is as it was written. */
import { crc32 } from 'node:zlib';
import type { IndexedPicture } from './indexed-picture.js';

/** Features are of length one, but for rounding; its square differs from one by less than this. */
const ROUNDING = 1e-3;

/**
 * A checksum of all that a row says, CRC-32.
 *
 * @param feature float32[dim]
 */
export function rowDigest({ id, label, hash, size, mtimeMs }: IndexedPicture, feature: Float32Array): number {
  const bytes = new Uint8Array(feature.buffer, feature.byteOffset, feature.byteLength);
  return crc32(bytes, crc32(`${id}\n${label}\n${hash}\n${size}\n${mtimeMs}`));
}

/** Whether a feature, float32[dim], is of length one: not zeros, and of finite numbers. */
export function isUnit(feature: Float32Array): boolean {
  let square = 0;
  for (const value of feature) square += value * value;
  return Math.abs(square - 1) < ROUNDING;
}
