/** @file Moves whole arrays between memory and files in pieces: one system call moves less than 2 GiB, a bank may be larger. */

import { type FileHandle, open } from 'node:fs/promises';
import { DataError } from '../../core/errors.js';
import { inputRefused, withPath } from '../../core/system-errors.js';

const PIECE_BYTES = 64 * 1024 * 1024;

/** The bytes of `array`, in order and without a copy, as views of at most 64 MiB. */
export function* pieces(array: ArrayBufferView): Generator<Uint8Array> {
  for (let start = 0; start < array.byteLength; start += PIECE_BYTES) {
    yield new Uint8Array(array.buffer, array.byteOffset + start, Math.min(PIECE_BYTES, array.byteLength - start));
  }
}

/**
 * Opens a file, lets `read` have it, and closes it.
 *
 * @throws {DataError} if the file cannot be opened
 */
export async function withFile<T>(path: string, read: (file: FileHandle) => Promise<T>): Promise<T> {
  let file: FileHandle;
  try {
    file = await open(path);
  } catch (error) {
    throw inputRefused(path, 'a file that can be read', error);
  }
  try {
    return await read(file);
  } finally {
    await file.close();
  }
}

/**
 * Fills `array` with the bytes of a file from `position` on.
 *
 * @param path names the file in errors
 * @throws {DataError} if the file ends before
 */
export async function readInto(
  file: FileHandle,
  array: ArrayBufferView,
  position: number,
  path: string,
): Promise<void> {
  let at = position;
  for (const piece of pieces(array)) {
    for (let filled = 0; filled < piece.length; ) {
      const { bytesRead } = await file.read(piece, filled, piece.length - filled, at).catch((error: unknown) => {
        throw withPath(error, path);
      });
      if (bytesRead === 0) {
        throw new DataError(
          `${path}: expected ${position + array.byteLength} bytes or more, got ${at}; it is cut short`,
        );
      }
      filled += bytesRead;
      at += bytesRead;
    }
  }
}
