/** @file Decodes every picture once into a compact cache on disk. */

import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ArgumentError, DataError } from '../core/errors.js';
import { Appender, syncFolder } from './appender.js';
import { CACHE_VERSION, type CacheHeader, contentKey, FILES, manifestLine, startFingerprint } from './cache-format.js';
import { decodeBytes } from './decode.js';
import { inOrder } from './in-order.js';
import { failureReason, type Picture, type Rgb, readBytes, type Skipped } from './picture.js';

/** Decodes under way at once: enough to keep libuv's four threads busy, few enough that large pictures fit in memory. */
const IN_FLIGHT = 8;

export interface CacheOptions {
  /** Larger pictures are reduced to this short side, in pixels, ≥ 1; `cacheShortSide(size)` gives it. */
  readonly shortSide: number;
  /** Called with the number of pictures decoded so far. */
  readonly onProgress?: (done: number) => void;
  readonly signal?: AbortSignal;
}

export interface CacheReport {
  /** Pictures in the cache. */
  readonly numPictures: number;
  /** Bytes of pixels. */
  readonly numBytes: number;
  /** SHA-256 over the settings and the content of the pictures in order. */
  readonly fingerprint: string;
  /** Pictures that could not be decoded and are not in the cache. */
  readonly quarantined: readonly Skipped[];
}

/**
 * Decodes pictures into a cache folder. A picture that cannot be decoded is quarantined; the others are unaffected.
 *
 * The cache is built beside `dir` and renamed when it is whole, in place of what was there. Memory does not grow with
 * the number of pictures.
 *
 * @param pictures as `scan` gives them; their order is kept
 * @throws {DataError} if no picture can be decoded
 * @throws the signal's reason; what was there before is then untouched
 */
export async function buildCache(
  pictures: readonly Picture[],
  dir: string,
  options: CacheOptions,
): Promise<CacheReport> {
  if (!(Number.isInteger(options.shortSide) && options.shortSide > 0)) {
    throw new ArgumentError(`shortSide: expected a positive integer, got ${options.shortSide}`);
  }
  const partial = `${dir}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  try {
    const report = await fill(partial, pictures, options);
    await syncFolder(partial);
    // A folder cannot be renamed over another. A crash between the two leaves no cache, which is then built again.
    await rm(dir, { recursive: true, force: true });
    await rename(partial, dir);
    return report;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function fill(dir: string, pictures: readonly Picture[], options: CacheOptions): Promise<CacheReport> {
  const { shortSide, onProgress, signal } = options;
  const quarantined: Skipped[] = [];
  const fingerprint = startFingerprint(shortSide);
  let numPictures = 0;
  let done = 0;
  await using pixels = await Appender.create(join(dir, FILES.pixels));
  await using sizes = await Appender.create(join(dir, FILES.sizes));
  await using manifest = await Appender.create(join(dir, FILES.manifest));
  await using quarantine = await Appender.create(join(dir, FILES.quarantine));

  for await (const loaded of inOrder(pictures, IN_FLIGHT, (picture) => load(picture, shortSide), signal)) {
    const { picture, key } = loaded;
    if ('reason' in loaded) {
      const { id, size, mtimeMs } = picture;
      quarantined.push({ path: id, reason: loaded.reason });
      await quarantine.writeLine({ id, size, mtimeMs, key, reason: loaded.reason });
    } else {
      await pixels.write(loaded.rgb.pixels);
      const size = Buffer.alloc(8);
      size.writeUInt32LE(loaded.rgb.width, 0);
      size.writeUInt32LE(loaded.rgb.height, 4);
      await sizes.write(size);
      await manifest.writeLine(manifestLine(picture, loaded.key));
      fingerprint.update(loaded.key);
      numPictures++;
    }
    done++;
    onProgress?.(done);
  }
  if (numPictures === 0) {
    const first = quarantined[0];
    const example = first === undefined ? '' : `, e.g. ${first.path}: ${first.reason}`;
    throw new DataError(`cache: expected pictures that can be decoded, got none of ${pictures.length}${example}`);
  }
  const header: CacheHeader = {
    version: CACHE_VERSION,
    shortSide,
    numPictures,
    fingerprint: fingerprint.digest('hex'),
  };
  for (const file of [pixels, sizes, manifest, quarantine]) await file.finish();
  await using headerFile = await Appender.create(join(dir, FILES.header));
  await headerFile.writeLine(header);
  await headerFile.finish();
  return { numPictures, numBytes: pixels.numBytes, fingerprint: header.fingerprint, quarantined };
}

type Loaded =
  | { readonly picture: Picture; readonly key: string; readonly rgb: Rgb }
  | { readonly picture: Picture; readonly key: string | undefined; readonly reason: string };

async function load(picture: Picture, shortSide: number): Promise<Loaded> {
  let key: string | undefined;
  try {
    const bytes = await readBytes(picture);
    key = contentKey(bytes);
    return { picture, key, rgb: await decodeBytes(bytes, picture, shortSide) };
  } catch (error) {
    return { picture, key, reason: failureReason(error) };
  }
}
