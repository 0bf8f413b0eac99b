/** @file What a picture is before it is decoded: an encoded file, or a record of raw planes inside a larger file. */

import { closeSync, openSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { InstDiscError } from '../core/errors.js';
import { isScarce, ScarcityError } from '../core/scarce.js';
import type { Reading } from './decode/readings.js';
import { openable } from './scan/file-name.js';

/** Raw 8-bit samples inside a file, one whole plane after the other: a record of CIFAR or IDX. */
export interface Planes {
  /** First byte of the first plane, counted in the unpacked file. */
  readonly offset: number;
  readonly channels: 1 | 3;
  readonly gzip: boolean;
}

/** A picture on disk. Plain values only, so that it can be sent to another thread. */
export interface Picture {
  /** The absolute path, or `path#index` for a record. */
  readonly id: string;
  /** Its class, where known; used for evaluation only. */
  readonly label: string | undefined;
  readonly path: string;
  /** Bytes in the file. */
  readonly size: number;
  readonly mtimeMs: number;
  /** Pixels, after the EXIF orientation is applied. */
  readonly width: number;
  readonly height: number;
  /** Where its samples are; undefined for an encoded file (JPEG, PNG, …). */
  readonly planes: Planes | undefined;
}

/** A file or picture that is left out, and why. */
export interface Skipped {
  readonly path: string;
  readonly reason: string;
}

/** A link to a file or folder that is known by another name. */
export interface Alias {
  readonly path: string;
  /** The name that counts. */
  readonly of: string;
}

/** Decoded pixels: uint8[height, width, 3], red, green, blue, sRGB. */
export interface Rgb {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** A picture as it was decoded from its file. */
export interface Decoded extends Rgb {
  /** What had to be decided; mostly nothing. */
  readonly readings: readonly Reading[];
}

/** The last unpacked file: the records of one file are read one after the other, and unpacking it takes a second. */
let unpacked: { readonly path: string; readonly mtimeMs: number; readonly bytes: Uint8Array } | undefined;

/**
 * The bytes that make a picture: the whole file, or the planes of one record.
 *
 * @throws the file system's error if the file is missing or cannot be read
 */
export async function readBytes(picture: Picture): Promise<Uint8Array> {
  if (picture.planes === undefined) return readFile(openable(picture.path));
  const { offset, channels, gzip } = picture.planes;
  const length = picture.width * picture.height * channels;
  if (gzip) return (await unpack(picture)).subarray(offset, offset + length);
  // Records are small and many: synchronous calls take a tenth of the time of a round through the thread pool.
  const bytes = Buffer.allocUnsafeSlow(length);
  const file = openSync(openable(picture.path), 'r');
  try {
    return bytes.subarray(0, readSync(file, bytes, 0, length, offset));
  } finally {
    closeSync(file);
  }
}

async function unpack({ path, mtimeMs }: Picture): Promise<Uint8Array> {
  if (unpacked?.path !== path || unpacked.mtimeMs !== mtimeMs) {
    unpacked = { path, mtimeMs, bytes: gunzipSync(await readFile(openable(path))) };
  }
  return unpacked.bytes;
}

/**
 * Why reading a file failed, in one line without its path.
 *
 * @throws {ScarcityError} if it is not the file's fault
 */
export function failureReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof InstDiscError) {
    if (error instanceof ScarcityError) throw error;
    return message;
  }
  if (code === 'ENOENT') return 'nothing is there';
  if (code === 'EACCES' || code === 'EPERM') return 'no permission to read it';
  if (isScarce(error)) throw new ScarcityError(error);
  return message.replace(/\s*\n\s*/g, '; ');
}
