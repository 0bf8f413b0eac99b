/** @file What a cache of decoded pictures gives. */
import type { Rgb } from '../picture.js';
import type { FileStamp } from './cache-format.js';

/** An open cache. Everything is synchronous; the operating system keeps in memory what fits. Each thread opens its own. */
export interface PictureCache {
  readonly dir: string;
  /** Number of pictures. */
  readonly length: number;
  readonly shortSide: number;
  /** Equal for two caches if and only if they hold the same pictures in the same order, under the same settings. */
  readonly fingerprint: string;
  /** Picture ids in order. */
  readonly ids: readonly string[];
  /** Labels in order, undefined where there is none. */
  readonly labels: readonly (string | undefined)[];
  /** SHA-256 of each picture's bytes, in order. */
  readonly keys: readonly string[];
  /** The files as they were, in order. */
  readonly stamps: readonly FileStamp[];
  /**
   * The pixels of one picture, in memory of its own.
   *
   * @param i in [0, length)
   * @throws {ArgumentError} if there is no such picture
   * @throws {DamageError} if they are not what was written; a note of that is left in the cache
   */
  read(i: number): Rgb;
  close(): void;
}
