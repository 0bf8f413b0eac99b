/**
 * @file Moves files so that none is ever overwritten or lost: at each instant the file is whole under its old name, or the
 * new one, or both.
 */
import { createReadStream, type PathLike, type Stats } from 'node:fs';
import { chmod, chown, constants, copyFile, link, lstat, open, rename, rm, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DataError } from '../../core/errors.js';
import { openable } from '../../data/scan/file-name.js';
import { Digest } from '../../store/files/digest.js';

/** What file systems say that know no links, or across which there are none. */
const NO_LINK = ['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'EMLINK'];

export interface FileMove {
  readonly from: string;
  readonly to: string;
  /** Beside `to`, for a copy that is not whole yet. */
  readonly temp: string;
  /** SHA-256 of its bytes: a copy that has another is thrown away. */
  readonly sha256: string;
  /** When it was last changed, which a copy is given, too; in milliseconds. */
  readonly mtimeMs: number;
}

/**
 * Moves a file. Within a file system it is given its new name before it loses the old one; across two it is copied, read
 * again and compared, and only then removed where it was.
 *
 * @throws the system's error `EEXIST` if something is at `to`
 * @throws {DataError} if the copy is not what the file was
 */
export async function moveFile({ from, to, temp, sha256, mtimeMs }: FileMove): Promise<void> {
  try {
    await link(openable(from), openable(to));
  } catch (error) {
    if (!NO_LINK.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    await copyWhole({ from, to: temp, sha256, mtimeMs });
    await nameWithoutOverwriting(temp, to);
  }
  await syncFolderOf(to);
  await rm(openable(from));
  await syncFolderOf(from);
}

/**
 * Copies a file with its permissions and times, onto the disk.
 *
 * @param copy.to is replaced
 * @throws {DataError} if the copy is not what the file was; it is removed then
 */
export async function copyWhole(copy: Omit<FileMove, 'temp'>): Promise<void> {
  const { from, to, sha256, mtimeMs } = copy;
  const { mode, uid, gid, atimeMs } = await lstat(openable(from));
  await rm(openable(to), { force: true });
  await copyFile(openable(from), openable(to), constants.COPYFILE_EXCL);
  await chmod(openable(to), mode);
  // Only an administrator may give files away; then they keep the owner they had.
  await chown(openable(to), uid, gid).catch(() => undefined);
  await utimes(openable(to), atimeMs / 1000, mtimeMs / 1000);
  await syncPath(openable(to), 'r+').catch(() => syncPath(openable(to), 'r'));
  if ((await fileDigest(to)) === sha256) return;
  await rm(openable(to));
  throw new DataError(`${from}: expected the bytes that it had a moment ago, got others. Something is writing it.`);
}

/** SHA-256 of a file's bytes, in hexadecimal, read piece by piece. */
export async function fileDigest(path: string): Promise<string> {
  const digest = new Digest();
  for await (const piece of createReadStream(openable(path))) digest.add(piece as Uint8Array);
  return digest.hex;
}

/** What is at a path, links not followed; undefined for nothing. */
export async function whatIsAt(path: string): Promise<Stats | undefined> {
  return lstat(openable(path)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
}

/** Forces the names in the folder of a file to the disk. */
export async function syncFolderOf(path: string): Promise<void> {
  // Windows opens no folders; its file system journals their entries by itself.
  if (process.platform !== 'win32') await syncPath(openable(dirname(path)), 'r');
}

/** By a link, which is never put over something; where there are none, what is there is looked for first. */
async function nameWithoutOverwriting(temp: string, to: string): Promise<void> {
  try {
    await link(openable(temp), openable(to));
    await rm(openable(temp));
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!NO_LINK.includes(code)) {
      await rm(openable(temp), { force: true });
      throw error;
    }
    if ((await whatIsAt(to)) !== undefined) {
      await rm(openable(temp), { force: true });
      throw Object.assign(new Error(`${to} is there`), { code: 'EEXIST', syscall: 'link', path: to });
    }
    await rename(openable(temp), openable(to));
  }
}

async function syncPath(path: PathLike, flags: string): Promise<void> {
  const file = await open(path, flags);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
