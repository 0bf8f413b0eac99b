/** @file Decodes every picture once into a compact cache on disk. */

import { mkdir, rename, rm } from 'node:fs/promises';
import { checkCount } from '../../core/check-count.js';
import { DataError, RunError } from '../../core/errors.js';
import { inOrder } from '../../core/in-order.js';
import { decodeBytes } from '../decode/decode.js';
import { type ReadingCount, ReadingTally, renderingOf } from '../decode/readings.js';
import { type Decoded, failureReason, type Picture, readBytes, type Skipped } from '../picture.js';
import { syncFolder } from './appender.js';
import { contentKey, manifestLine } from './cache-format.js';
import { CacheWriter, type WrittenCache } from './cache-writer.js';

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

async function fill(
  dir: string,
  pictures: readonly Picture[],
  options: CacheOptions,
): Promise<{ readonly report: CacheReport; readonly digests: WrittenCache['digests'] }> {
  await using writer = await CacheWriter.create(dir, options.shortSide);
  const decoded = await decodeInto(writer, pictures, options);
  if (writer.numPictures === 0 && pictures.length > 0) {
    const first = decoded.quarantined[0];
    const example = first === undefined ? '' : `, e.g. ${first.path}: ${first.reason}`;
    throw new DataError(`cache: expected pictures that can be decoded, got none of ${pictures.length}${example}`);
  }
  const { digests, numPictures, numBytes, fingerprint } = await writer.finish();
  return { report: { numPictures, numBytes, fingerprint, ...decoded }, digests };
}

/** What became of decoding pictures. */
export type DecodedPictures = Pick<CacheReport, 'quarantined' | 'readings'>;

/**
 * Decodes pictures and writes them, in their order; those that cannot be decoded are written as such.
 *
 * @throws the signal's reason
 */
export async function decodeInto(
  writer: CacheWriter,
  pictures: readonly Picture[],
  { shortSide, onProgress, signal }: Pick<CacheOptions, 'shortSide' | 'onProgress' | 'signal'>,
): Promise<DecodedPictures> {
  const quarantined: Skipped[] = [];
  const readings = new ReadingTally();
  let done = 0;
  for await (const loaded of inOrder(pictures, IN_FLIGHT, (picture) => load(picture, shortSide), signal)) {
    const { picture, key } = loaded;
    if ('reason' in loaded) {
      const { id, size, mtimeMs } = picture;
      quarantined.push({ path: id, reason: loaded.reason });
      await writer.addBroken({ id, size, mtimeMs, ...(key !== undefined && { key }), reason: loaded.reason });
    } else {
      // What version 0.1 would have read otherwise is not what it was trained on.
      const rendering = renderingOf(loaded.rgb.readings);
      await writer.add(loaded.rgb, manifestLine(picture, loaded.key, rendering));
      readings.add(picture.id, loaded.rgb.readings);
    }
    onProgress?.(++done);
  }
  return { quarantined, readings: readings.counts };
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
