/** @file Writes the files of a cache, picture by picture. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { readingOf } from '../../core/system-errors.js';
import type { Rgb } from '../picture.js';
import { Appender } from './appender.js';
import {
  CACHE_VERSION,
  type CacheHeader,
  contentKey,
  DIGESTED,
  FILES,
  type ManifestLine,
  type QuarantineLine,
  startFingerprint,
} from './cache-format.js';

type Files = Readonly<Record<Exclude<keyof typeof FILES, 'header'>, Appender>>;

/** What is known of a cache once it is whole. */
export interface WrittenCache extends CacheHeader {
  readonly digests: NonNullable<CacheHeader['digests']>;
  /** Bytes of pixels. */
  readonly numBytes: number;
}

export class CacheWriter implements AsyncDisposable {
  readonly #dir: string;
  readonly #shortSide: number;
  readonly #files: Files;
  readonly #fingerprint;
  #numPictures = 0;

  private constructor(dir: string, shortSide: number, files: Files) {
    this.#dir = dir;
    this.#shortSide = shortSide;
    this.#files = files;
    this.#fingerprint = startFingerprint(shortSide);
  }

  /** @param dir an empty folder */
  static async create(dir: string, shortSide: number): Promise<CacheWriter> {
    const open = (name: keyof Files): Promise<Appender> => Appender.create(join(dir, FILES[name]));
    return new CacheWriter(dir, shortSide, {
      pixels: await open('pixels'),
      sizes: await open('sizes'),
      checksums: await open('checksums'),
      manifest: await open('manifest'),
      quarantine: await open('quarantine'),
    });
  }

  /** Pictures so far. */
  get numPictures(): number {
    return this.#numPictures;
  }

  /** @param rgb reduced as for the cache; its pixels are kept by reference for a while */
  async add({ pixels, width, height }: Rgb, line: ManifestLine): Promise<void> {
    await this.#files.pixels.write(pixels);
    await this.#files.sizes.write(uint32(width, height));
    await this.#files.checksums.write(uint32(crc32(pixels)));
    await this.#files.manifest.writeLine(line);
    this.#fingerprint.update(line.key).update(line.rendering ?? '');
    this.#numPictures++;
  }

  /** A picture that could not be decoded. */
  async addBroken(line: QuarantineLine): Promise<void> {
    await this.#files.quarantine.writeLine(line);
  }

  /** Writes the header, which makes a cache of the files. To be called once. */
  async finish(): Promise<WrittenCache> {
    const { numBytes } = this.#files.pixels;
    for (const file of Object.values(this.#files)) await file.finish();
    const entries = DIGESTED.map(async (name) => {
      const path = join(this.#dir, FILES[name]);
      return [name, contentKey(await readingOf(path, readFile(path)))] as const;
    });
    const header = {
      version: CACHE_VERSION,
      shortSide: this.#shortSide,
      numPictures: this.#numPictures,
      fingerprint: this.#fingerprint.digest('hex'),
      digests: Object.fromEntries(await Promise.all(entries)) as WrittenCache['digests'],
    } satisfies CacheHeader;
    await using file = await Appender.create(join(this.#dir, FILES.header));
    await file.writeLine(header);
    await file.finish();
    return { ...header, numBytes };
  }

  /** Closes the files, finished or not. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const file of Object.values(this.#files)) await file[Symbol.asyncDispose]();
  }
}

function uint32(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * numbers.length);
  for (const [i, number] of numbers.entries()) bytes.writeUInt32LE(number, 4 * i);
  return bytes;
}
