/**
 * @file Whether the files of an index on this machine are as they were written, by a list of checksums beside them.
 *
 * LanceDB writes a file once and never changes it, and cannot be relied on to notice that something else has: numbers
 * that are zeros now are read as zeros, and a newest version that is gone makes way for the one before.
 */
import { existsSync } from 'node:fs';
import { open, readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { crc32 } from 'node:zlib';
import { withPath } from '../../core/system-errors.js';
import { writeFileAtomic } from '../files/atomic.js';

/** CRC-32 by path, with `/` between folders. */
type FileList = Readonly<Record<string, number>>;

const LIST = 'files.json';
/** What is read of a table; the folder of transactions is for writers, and the hint may be wrong. */
const READ = /^[^/]+\.lance\/(data|_deletions|_indices|_versions)\/.*(?<!\.json)$/;
const VERSIONS = '_versions';
const PIECE_BYTES = 2 ** 20;

/**
 * Brings the list up to date, after a change.
 *
 * @param anew whether files that are on the list already are to be taken as they are now
 */
export async function recordFiles(address: string, { anew = false } = {}): Promise<void> {
  const known = anew ? {} : ((await readList(address)) ?? {});
  const list: Record<string, number> = {};
  for (const path of await filesOf(address)) list[path] = known[path] ?? (await checksum(join(address, path)));
  await writeFileAtomic(join(address, LIST), `${JSON.stringify(list)}\n`);
}

/**
 * Looks for a file of a table that is not as it was written.
 *
 * Files that are not on the list, as of version 0.1, are passed over. So are those that are gone, as LanceDB removes
 * what it no longer needs, and says itself what it misses; but for the newest version, in whose place it would read the
 * one before.
 *
 * @returns its path, or undefined if there is none
 */
export async function findDamage(address: string, table: string): Promise<string | undefined> {
  const listPath = join(address, LIST);
  if (!existsSync(listPath)) return undefined;
  const list = await readList(address);
  if (list === undefined) return listPath;
  const own = Object.keys(list).filter((path) => path.startsWith(`${table}.lance/`));
  for (const path of own) {
    const sum = await checksumIfThere(join(address, path));
    if (sum === undefined ? await isNewestVersion(address, path, own) : sum !== list[path]) return join(address, path);
  }
  return undefined;
}

/**
 * Whether a table has never been one: a crash or a full disk came between its folder and its first version. It holds
 * nothing, and was never listed.
 */
export async function isUnborn(address: string, table: string): Promise<boolean> {
  const names = await readdir(join(address, `${table}.lance`), { recursive: true }).catch(() => undefined);
  if (names === undefined || names.some((name) => /\.(manifest|lance)$/.test(name))) return false;
  return !Object.keys((await readList(address)) ?? {}).some((path) => path.startsWith(`${table}.lance/`));
}

/** Whether a file is a version in whose place there is a newer one. */
export async function isSuperseded(path: string): Promise<boolean> {
  const folder = dirname(path);
  if (basename(folder) !== VERSIONS) return false;
  return (await readdir(folder)).some((name) => name.endsWith('.manifest') && name < basename(path));
}

/** Whether no file that is listed or there is of a newer version: those count down, in as many digits. */
async function isNewestVersion(address: string, path: string, listed: readonly string[]): Promise<boolean> {
  const folder = dirname(path);
  if (basename(folder) !== VERSIONS) return false;
  const there = await readdir(join(address, folder)).catch(() => []);
  const versions = [...listed, ...there.map((name) => `${folder}/${name}`)].filter(
    (other) => dirname(other) === folder,
  );
  return versions.every((other) => other >= path || !other.endsWith('.manifest'));
}

/** @returns undefined if there is none that can be read */
async function readList(address: string): Promise<FileList | undefined> {
  try {
    return JSON.parse(await readFile(join(address, LIST), 'utf8')) as FileList;
  } catch {
    return undefined;
  }
}

async function filesOf(address: string): Promise<string[]> {
  const entries = await readdir(address, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(address, join(parentPath, name)).replaceAll('\\', '/'))
    .filter((path) => READ.test(path))
    .sort();
}

async function checksumIfThere(path: string): Promise<number | undefined> {
  try {
    return await checksum(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function checksum(path: string): Promise<number> {
  const file = await open(path);
  try {
    const piece = new Uint8Array(PIECE_BYTES);
    let sum = 0;
    for (;;) {
      const { bytesRead } = await file.read(piece, 0, PIECE_BYTES);
      if (bytesRead === 0) return sum;
      sum = crc32(piece.subarray(0, bytesRead), sum);
    }
  } catch (error) {
    throw withPath(error, path);
  } finally {
    await file.close();
  }
}
