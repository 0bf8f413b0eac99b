/** @file Reads a folder of decoded pictures. */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { ArgumentError } from '../../core/errors.js';
import { withPath } from '../../core/system-errors.js';
import type { Rgb } from '../picture.js';
import { damage, markDamaged, readChecked, readHeader, readManifest, unreadable } from './cache-files.js';
import { type CacheHeader, FILES, type FileStamp } from './cache-format.js';
import type { PictureCache } from './picture-cache.js';

interface Manifest {
  readonly ids: readonly string[];
  readonly labels: readonly (string | undefined)[];
  readonly keys: readonly string[];
  readonly stamps: readonly FileStamp[];
}

/** A cache in one folder. */
export class CacheFolder implements PictureCache {
  readonly dir: string;
  readonly length: number;
  readonly shortSide: number;
  readonly fingerprint: string;
  readonly #header: CacheHeader;
  readonly #sizes: Uint32Array;
  /** CRC-32 of each picture's pixels; undefined in a cache of version 0.1. */
  readonly #checksums: Uint32Array | undefined;
  /** First byte of each picture, and the end of the last. */
  readonly #offsets: Float64Array;
  readonly #pixels: number;
  #manifest: Manifest | undefined;

  /** @throws {RunError} if there is no whole cache in `dir` */
  constructor(dir: string) {
    const header = readHeader(dir);
    this.#header = header;
    this.dir = dir;
    this.length = header.numPictures;
    this.shortSide = header.shortSide;
    this.fingerprint = header.fingerprint;
    this.#sizes = numbers(readChecked(dir, 'sizes', header));
    this.#checksums = header.digests && numbers(readChecked(dir, 'checksums', header));
    this.#offsets = new Float64Array(this.length + 1);
    for (let i = 0; i < this.length; i++) {
      this.#offsets[i + 1] = this.#offsets[i]! + 3 * this.#sizes[2 * i]! * this.#sizes[2 * i + 1]!;
    }
    this.#pixels = openPixels(dir);
    const numBytes = fstatSync(this.#pixels).size;
    if (this.#sizes.length !== 2 * this.length || numBytes !== this.#offsets[this.length]) {
      this.close();
      throw damage(join(dir, FILES.pixels), `${this.#offsets[this.length]} bytes of pixels`, String(numBytes));
    }
  }

  get ids(): readonly string[] {
    return this.#readManifest().ids;
  }

  get labels(): readonly (string | undefined)[] {
    return this.#readManifest().labels;
  }

  get keys(): readonly string[] {
    return this.#readManifest().keys;
  }

  get stamps(): readonly FileStamp[] {
    return this.#readManifest().stamps;
  }

  read(i: number): Rgb {
    const start = this.#offsets[i];
    const end = this.#offsets[i + 1];
    if (start === undefined || end === undefined) {
      throw new ArgumentError(`picture: expected an integer in [0, ${this.length}), got ${i}`);
    }
    const pixels = Buffer.allocUnsafeSlow(end - start);
    for (let done = 0; done < pixels.length; ) {
      const numRead = this.#readInto(pixels, done, start + done);
      if (numRead === 0) throw this.#damaged(`the pixels of picture ${i}`, 'the end of the file');
      done += numRead;
    }
    const expected = this.#checksums?.[i];
    if (expected !== undefined && crc32(pixels) !== expected) {
      throw this.#damaged(
        `the pixels of picture ${i}, of CRC-32 ${expected.toString(16)}`,
        `others, of ${crc32(pixels).toString(16)}`,
      );
    }
    return { width: this.#sizes[2 * i]!, height: this.#sizes[2 * i + 1]!, pixels };
  }

  close(): void {
    closeSync(this.#pixels);
  }

  #readInto(pixels: Buffer, done: number, from: number): number {
    try {
      return readSync(this.#pixels, pixels, done, pixels.length - done, from);
    } catch (error) {
      throw withPath(error, join(this.dir, FILES.pixels));
    }
  }

  #damaged(expected: string, got: string): Error {
    const error = damage(join(this.dir, FILES.pixels), expected, got);
    markDamaged(this.dir, error);
    return error;
  }

  /** Read when first asked for: loader workers never need it. */
  #readManifest(): Manifest {
    if (this.#manifest !== undefined) return this.#manifest;
    const lines = readManifest(this.dir, this.#header);
    this.#manifest = {
      ids: lines.map(({ id }) => id),
      labels: lines.map(({ label }) => label),
      keys: lines.map(({ key }) => key),
      stamps: lines.map(({ size, mtimeMs }) => ({ size, mtimeMs })),
    };
    return this.#manifest;
  }
}

function openPixels(dir: string): number {
  const path = join(dir, FILES.pixels);
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw unreadable(path, 'the pixels of a picture cache', error);
  }
}

function numbers(bytes: Buffer): Uint32Array {
  return Uint32Array.from({ length: bytes.length >> 2 }, (_, i) => bytes.readUInt32LE(4 * i));
}
