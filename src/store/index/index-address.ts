/** @file Where the index of a run is: in its folder, or where index.json says. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ArgumentError, RunError } from '../../core/errors.js';
import { readingOf } from '../../core/system-errors.js';
import { writeFileAtomic } from '../files/atomic.js';
import type { RunFolder } from '../run-folder/run-folder.js';

/** `s3://bucket/folder` and the like; two letters at least, as `C:` begins a path. */
const SCHEME = /^([a-z][a-z\d+-]+):\/\//i;
const OBJECT_STORES = ['s3', 'gs', 'az'];

/** Whether a run has an index, here or elsewhere. */
export function hasIndex({ indexPath, indexAddressPath }: RunFolder): boolean {
  return existsSync(indexPath) || existsSync(indexAddressPath);
}

/**
 * The address of a run's index, which need not be there yet.
 *
 * @throws {RunError} if what the run remembers of it is damaged
 */
export async function indexAddress(run: RunFolder): Promise<string> {
  if (!existsSync(run.indexAddressPath)) return resolve(run.indexPath);
  const text = await readingOf(run.indexAddressPath, readFile(run.indexAddressPath, 'utf8'));
  try {
    const { uri } = JSON.parse(text) as { uri?: unknown };
    if (typeof uri === 'string') return uri;
  } catch {
    // Told below, with what else can be wrong.
  }
  throw new RunError(
    `${run.indexAddressPath}: expected {"uri": …}, got ${text.slice(0, 80)}; delete it, and index with --uri again`,
  );
}

/**
 * The same, of an index that is to be answered from: one of its own that a run has had elsewhere is not passed over.
 *
 * @throws {RunError} if what the run remembers of it is damaged, or nothing is there
 */
export async function knownIndexAddress(run: RunFolder): Promise<string> {
  const address = await indexAddress(run);
  if (address === resolve(run.indexPath) || !isLocal(address) || existsSync(address)) return address;
  throw new RunError(
    `${run.indexAddressPath}: expected where the index of the run is, got ${address}, where nothing is. Put it back, or delete ${run.indexAddressPath} and index with --uri again.`,
  );
}

/**
 * @param uri a path, or `s3://bucket/folder` (also gs:// and az://)
 * @returns the address: a path is made absolute
 * @throws {ArgumentError} if it is an address of another kind
 */
export function parseIndexAddress(uri: string): string {
  const scheme = SCHEME.exec(uri)?.[1]?.toLowerCase();
  if (scheme === undefined) return resolve(uri);
  if (OBJECT_STORES.includes(scheme)) {
    if (/^[^/]+:\/\/[^/]/.test(uri)) return uri;
    throw new ArgumentError(`uri: expected the name of a bucket, as in ${scheme}://bucket/folder, got ${uri}`);
  }
  throw new ArgumentError(
    `uri: expected a path, or an address that begins with ${OBJECT_STORES.map((name) => `${name}://`).join(', ')}; got ${uri}`,
  );
}

/** Remembers where the index of a run is, so that every command finds it. */
export async function rememberIndexAddress(run: RunFolder, address: string): Promise<void> {
  if (address === (await indexAddress(run))) return;
  await writeFileAtomic(run.indexAddressPath, `${JSON.stringify({ uri: address })}\n`);
}

/** Whether an address is on this machine. */
export function isLocal(address: string): boolean {
  return !SCHEME.test(address);
}
