/** @file Decodes every picture once into a compact cache on disk. */

import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { checkCount } from '../../core/check-count.js';
import { DataError, RunError } from '../../core/errors.js';
import { inOrder } from '../../core/in-order.js';
import { decodeBytes } from '../decode/decode.js';
import { type ReadingCount, ReadingTally, renderingOf } from '../decode/readings.js';
import { type Decoded, failureReason, type Picture, readBytes, type Skipped } from '../picture.js';
import { Appender, syncFolder } from './appender.js';
import {
  CACHE_VERSION,
  type CacheHeader,
  contentKey,
  DIGESTED,
  FILES,
  manifestLine,
  startFingerprint,
} from './cache-format.js';

/** Decodes under way at once: enough to keep libuv's four threads busy, few enough that large pictures fit in memory. */
const IN_FLIGHT = 8;

export interface CacheOptions {
  /** Larger pictures are reduced to this short side, in pixels, ≥ 1; `cacheShortSide(size)` gives it. */
  readonly shortSide: number;
  /** What it must come to, where it is to take the place of one that was there. */
  readonly expected?: Same;
  /** Called with the number of pictures decoded so far. */
  readonly onProgress?: (done: number) => void;
  readonly signal?: AbortSignal;
}

/** What tells whether a cache that is built anew is the one that was there before. */
export interface Same {
  readonly fingerprint: string;
  /** SHA-256 of the pictures' checksums, if those are known: that they decode to the same pixels. */
  readonly checksums?: string | undefined;
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
  /** How pictures were read, where there is something to tell. */
  readonly readings: readonly ReadingCount[];
}

/**
 * Decodes pictures into a cache folder. A picture that cannot be decoded is quarantined; the others are unaffected.
 *
 * The cache is built beside `dir` and renamed when it is whole, in place of what was there. Memory does not grow with
 * the number of pictures.
 *
 * @param pictures as `scan` gives them; their order is kept
 * @throws {DataError} if there are pictures and none of them can be decoded
 * @throws {RunError} if it does not come to what is expected
 * @throws the signal's reason; what was there before is then untouched
 */
export async function buildCache(
  pictures: readonly Picture[],
  dir: string,
  options: CacheOptions,
): Promise<CacheReport> {
  checkCount('shortSide', options.shortSide);
  const partial = `${dir}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial);
  try {
    const { report, digests } = await fill(partial, pictures, options);
    if (options.expected) checkSame(dir, options.expected, report.fingerprint, digests.checksums);
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

function checkSame(dir: string, expected: Same, fingerprint: string, checksums: string): void {
  if (fingerprint !== expected.fingerprint) {
    throw new RunError(
      `${dir}: expected the pictures it was trained on, to decode them anew, got others. Put them back as they were, or start a new run with another --out.`,
    );
  }
  if (expected.checksums === undefined || checksums === expected.checksums) return;
  throw new RunError(
    `${dir}: expected the pixels that were trained on, got others of the same pictures: another version has decoded them. Go on with that version, or start a new run with another --out.`,
  );
}

interface Filled {
  readonly report: CacheReport;
  readonly digests: NonNullable<CacheHeader['digests']>;
}

async function fill(dir: string, pictures: readonly Picture[], options: CacheOptions): Promise<Filled> {
  const { shortSide, onProgress, signal } = options;
  const quarantined: Skipped[] = [];
  const readings = new ReadingTally();
  const fingerprint = startFingerprint(shortSide);
  let numPictures = 0;
  let done = 0;
  await using pixels = await Appender.create(join(dir, FILES.pixels));
  await using sizes = await Appender.create(join(dir, FILES.sizes));
  await using checksums = await Appender.create(join(dir, FILES.checksums));
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
      await sizes.write(uint32(loaded.rgb.width, loaded.rgb.height));
      await checksums.write(uint32(crc32(loaded.rgb.pixels)));
      // What version 0.1 would have read otherwise is not what it was trained on.
      const rendering = renderingOf(loaded.rgb.readings);
      await manifest.writeLine(manifestLine(picture, loaded.key, rendering));
      fingerprint.update(loaded.key).update(rendering);
      readings.add(picture.id, loaded.rgb.readings);
      numPictures++;
    }
    done++;
    onProgress?.(done);
  }
  if (numPictures === 0 && pictures.length > 0) {
    const first = quarantined[0];
    const example = first === undefined ? '' : `, e.g. ${first.path}: ${first.reason}`;
    throw new DataError(`cache: expected pictures that can be decoded, got none of ${pictures.length}${example}`);
  }
  for (const file of [pixels, sizes, checksums, manifest, quarantine]) await file.finish();
  const entries = DIGESTED.map(async (name) => [name, contentKey(await readFile(join(dir, FILES[name])))] as const);
  const digests = Object.fromEntries(await Promise.all(entries)) as Filled['digests'];
  const header: CacheHeader = {
    version: CACHE_VERSION,
    shortSide,
    numPictures,
    fingerprint: fingerprint.digest('hex'),
    digests,
  };
  await using headerFile = await Appender.create(join(dir, FILES.header));
  await headerFile.writeLine(header);
  await headerFile.finish();
  const { numBytes } = pixels;
  const report = { numPictures, numBytes, fingerprint: header.fingerprint, quarantined, readings: readings.counts };
  return { report, digests };
}

function uint32(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * numbers.length);
  for (const [i, number] of numbers.entries()) bytes.writeUInt32LE(number, 4 * i);
  return bytes;
}

type Loaded =
  | { readonly picture: Picture; readonly key: string; readonly rgb: Decoded }
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
