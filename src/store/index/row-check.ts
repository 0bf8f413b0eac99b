/** @file Whether a row of an index is as it was written. */

import { crc32 } from 'node:zlib';
import { bytesOf } from '../../core/vector.js';
import type { IndexedPicture } from './indexed-picture.js';

/**
 * A checksum of all that a row says, CRC-32.
 *
 * @param feature float32[dim]
 */
export function rowDigest({ id, label, hash, size, mtimeMs }: IndexedPicture, feature: Float32Array): number {
  const bytes = bytesOf(feature);
  return crc32(bytes, crc32(`${id}\n${label}\n${hash}\n${size}\n${mtimeMs}`));
}
