/** @file Reads the files of a cache beside its pixels, and believes them only if they are what was written. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { DamageError, RunError } from '../../core/errors.js';
import { refuseNewer } from '../../core/newer.js';
import { isLost } from '../../core/used-instead.js';
import {
  CACHE_VERSION,
  type CacheHeader,
  contentKey,
  type Digested,
  FILES,
  type ManifestLine,
  type QuarantineLine,
  startFingerprint,
} from './cache-format.js';

/** Left in a cache that was found to be damaged. */
const MARK = 'damaged';

const headerSchema = z.strictObject({
  version: z.literal(CACHE_VERSION),
  shortSide: z.int().positive(),
  numPictures: z.int().min(0),
  fingerprint: z.string(),
  digests: z
    .strictObject({ sizes: z.string(), manifest: z.string(), quarantine: z.string(), checksums: z.string() })
    .optional(),
});

/**
 * @throws {RunError} if there is no cache in `dir`, or one that a later version has written
 * @throws {DamageError} if there is one whose header is damaged
 */
export function readHeader(dir: string): CacheHeader {
  const path = join(dir, FILES.header);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (existsSync(dir)) throw unreadable(path, 'the header of a picture cache', error);
    throw new RunError(`${dir}: expected a picture cache, got: ${(error as Error).message}`, { cause: error });
  }
  const value = parse(text);
  refuseNewer(path, value, CACHE_VERSION);
  const header = headerSchema.safeParse(value);
  if (header.success) return header.data;
  throw damage(path, 'the header of a picture cache', text.slice(0, 80));
}

/**
 * A file of a cache, beside its pixels.
 *
 * @throws {DamageError} if it cannot be read or is not what was written
 */
export function readChecked(dir: string, name: Digested, { digests }: CacheHeader): Buffer {
  const path = join(dir, FILES[name]);
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw unreadable(path, 'a file of a picture cache', error);
  }
  const got = contentKey(bytes);
  if (digests !== undefined && digests[name] !== got) {
    throw damage(
      path,
      `the bytes that were written, of SHA-256 ${digests[name].slice(0, 16)}…`,
      `others, of ${got.slice(0, 16)}…`,
    );
  }
  return bytes;
}

/**
 * Where each picture of a cache came from, in order.
 *
 * @throws {DamageError} if the file, or the header that names the data set, is not what was written
 */
export function readManifest(dir: string, header: CacheHeader): ManifestLine[] {
  const lines = jsonLines<ManifestLine>(dir, 'manifest', header);
  const fingerprint = startFingerprint(header.shortSide);
  for (const { key, rendering = '' } of lines) fingerprint.update(String(key)).update(String(rendering));
  const got = fingerprint.digest('hex');
  if (got === header.fingerprint && lines.length === header.numPictures) return lines;
  throw damage(
    join(dir, FILES.manifest),
    `the pictures of fingerprint ${header.fingerprint.slice(0, 16)}…`,
    `those of ${got.slice(0, 16)}…`,
  );
}

/** @throws {DamageError} as `readManifest` */
export function readQuarantine(dir: string, header: CacheHeader): QuarantineLine[] {
  return jsonLines(dir, 'quarantine', header);
}

/** What the pixels must come to if a cache is built anew; undefined if it is not known for sure. */
export function checksumsDigest(dir: string): string | undefined {
  try {
    const header = readHeader(dir);
    return header.digests && contentKey(readChecked(dir, 'checksums', header));
  } catch {
    return undefined;
  }
}

/** What is said of a damaged cache; the same words wherever that is found. */
export function damage(path: string, expected: string, got: string): DamageError {
  return new DamageError(
    `${path}: expected ${expected}, got ${got}. --resume decodes the pictures anew; if they are as they were, nothing is lost.`,
  );
}

/** What is said of a file that cannot be read: damage, unless it is this process that may not or cannot read at all. */
export function unreadable(path: string, expected: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (!isLost(code)) return error;
  return damage(path, expected, code === 'ENOENT' ? 'nothing there' : `what cannot be read (${code})`);
}

/** Leaves a note of damage, so that who builds caches finds it without reading all pixels; where that can be written. */
export function markDamaged(dir: string, { message }: DamageError): void {
  try {
    writeFileSync(join(dir, MARK), message);
  } catch {
    // Then whoever trains comes upon the same.
  }
}

/** @throws {DamageError} with what somebody has found in a cache */
export function checkMark(dir: string): void {
  const path = join(dir, MARK);
  if (existsSync(path)) throw new DamageError(readFileSync(path, 'utf8'));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The values in a JSON Lines file, which may be larger than the longest string. */
function jsonLines<Line>(dir: string, name: 'manifest' | 'quarantine', header: CacheHeader): Line[] {
  const bytes = readChecked(dir, name, header);
  const lines: Line[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf('\n', start);
    const text = bytes.toString('utf8', start, end < 0 ? bytes.length : end);
    const value = parse(text);
    if (typeof value !== 'object' || value === null) {
      throw damage(join(dir, FILES[name]), `an object in JSON in line ${lines.length + 1}`, text.slice(0, 80));
    }
    lines.push(value as Line);
    if (end < 0) break;
    start = end + 1;
  }
  return lines;
}
