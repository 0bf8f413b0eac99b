/** @file Reads the cache of decoded pictures. */

import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { ArgumentError, DataError } from '../core/errors.js';
import { FILES, type ManifestLine, readHeader, readJsonLines } from './cache-format.js';
import type { Rgb } from './picture.js';

interface Manifest {
  readonly ids: readonly string[];
  readonly labels: readonly (string | undefined)[];
  readonly keys: readonly string[];
}

/** An open cache. Everything is synchronous; the operating system keeps in memory what fits. Each thread opens its own. */
export class PictureCache {
  readonly dir: string;
  /** Number of pictures. */
  readonly length: number;
  readonly shortSide: number;
  /** Equal for two caches if and only if they hold the same pictures in the same order, under the same settings. */
  readonly fingerprint: string;
  readonly #sizes: Uint32Array;
  /** First byte of each picture, and the end of the last. */
  readonly #offsets: Float64Array;
  readonly #pixels: number;
  #manifest: Manifest | undefined;

  /** @throws {DataError} if there is no whole cache in `dir` */
  constructor(dir: string) {
    const header = readHeader(dir);
    this.dir = dir;
    this.length = header.numPictures;
    this.shortSide = header.shortSide;
    this.fingerprint = header.fingerprint;
    this.#sizes = readSizes(join(dir, FILES.sizes));
    this.#offsets = new Float64Array(this.length + 1);
    for (let i = 0; i < this.length; i++) {
      this.#offsets[i + 1] = this.#offsets[i]! + 3 * this.#sizes[2 * i]! * this.#sizes[2 * i + 1]!;
    }
    this.#pixels = openSync(join(dir, FILES.pixels), 'r');
    const numBytes = fstatSync(this.#pixels).size;
    if (this.#sizes.length !== 2 * this.length || numBytes !== this.#offsets[this.length]) {
      this.close();
      throw new DataError(`${dir}: expected ${this.#offsets[this.length]} bytes of pixels, got ${numBytes}; delete it`);
    }
  }

  /** Picture ids in order. */
  get ids(): readonly string[] {
    return this.#readManifest().ids;
  }

  /** Labels in order, undefined where there is none. */
  get labels(): readonly (string | undefined)[] {
    return this.#readManifest().labels;
  }

  /** SHA-256 of each picture's bytes, in order. */
  get keys(): readonly string[] {
    return this.#readManifest().keys;
  }

  /**
   * The pixels of one picture, in memory of its own.
   *
   * @param i in [0, length)
   * @throws {ArgumentError} if there is no such picture
   * @throws {DataError} if the file is cut short
   */
  read(i: number): Rgb {
    const start = this.#offsets[i];
    const end = this.#offsets[i + 1];
    if (start === undefined || end === undefined) {
      throw new ArgumentError(`picture: expected an integer in [0, ${this.length}), got ${i}`);
    }
    const pixels = Buffer.allocUnsafeSlow(end - start);
    for (let done = 0; done < pixels.length; ) {
      const numRead = readSync(this.#pixels, pixels, done, pixels.length - done, start + done);
      if (numRead === 0)
        throw new DataError(`${this.dir}: expected the pixels of picture ${i}, got the end of the file`);
      done += numRead;
    }
    return { width: this.#sizes[2 * i]!, height: this.#sizes[2 * i + 1]!, pixels };
  }

  close(): void {
    closeSync(this.#pixels);
  }

  /** Read when first asked for: loader workers never need it. */
  #readManifest(): Manifest {
    if (this.#manifest !== undefined) return this.#manifest;
    const manifest = { ids: [] as string[], labels: [] as (string | undefined)[], keys: [] as string[] };
    for (const { id, label, key } of readJsonLines<ManifestLine>(join(this.dir, FILES.manifest))) {
      manifest.ids.push(id);
      manifest.labels.push(label);
      manifest.keys.push(key);
    }
    this.#manifest = manifest;
    return manifest;
  }
}

/** @throws {DataError} if there is no whole cache in `dir` */
export function openCache(dir: string): PictureCache {
  return new PictureCache(dir);
}

function readSizes(file: string): Uint32Array {
  const bytes = readFileSync(file);
  return Uint32Array.from({ length: bytes.length >> 2 }, (_, i) => bytes.readUInt32LE(4 * i));
}
