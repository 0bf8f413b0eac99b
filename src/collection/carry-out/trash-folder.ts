/** @file Where a file goes that is put into the trash, by the Trash specification 1.0 of freedesktop.org. */
import { existsSync } from 'node:fs';
import { lstat, mkdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { DataError } from '../../core/errors.js';
import { openable } from '../../data/scan/file-name.js';
import { makeFolder } from '../../store/files/make-folder.js';

const STICKY = 0o1000;
const OWN = 0o700;

export interface TrashFolder {
  /** Holds the folders `files` and `info`, which are made if they are not there. */
  readonly path: string;
  /** What paths in its notes begin from; undefined for absolute ones. */
  readonly top: string | undefined;
}

/**
 * The trash of a file: the user's own, or that of the disk which the file is on.
 *
 * @throws {DataError} if that disk takes none
 */
export async function trashOf(path: string): Promise<TrashFolder> {
  const home = join(process.env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'Trash');
  const { dev } = await stat(openable(dirname(path)));
  if ((await stat(nearestThere(home))).dev === dev) return ready({ path: home, top: undefined });
  let top = dirname(path);
  while (dirname(top) !== top && (await stat(openable(dirname(top)))).dev === dev) top = dirname(top);
  const uid = String(process.getuid?.() ?? 0);
  const shared = join(top, '.Trash');
  try {
    const found = await lstat(shared).catch(() => undefined);
    if (found?.isDirectory() && (found.mode & STICKY) !== 0) return await ready({ path: join(shared, uid), top });
    return await ready({ path: join(top, `.Trash-${uid}`), top });
  } catch (error) {
    const got = (error as Error).message;
    throw new DataError(`${path}: expected a disk that takes a trash folder at ${top}, got: ${got}. Use --move-to.`);
  }
}

/** What the trash notes of a file, so that any desktop can put it back. */
export function trashNote(path: string, { top }: TrashFolder, at: Date): string {
  const local = new Date(at.getTime() - 60_000 * at.getTimezoneOffset()).toISOString().slice(0, 19);
  return `[Trash Info]\nPath=${escaped(top === undefined ? path : relative(top, path))}\nDeletionDate=${local}\n`;
}

function escaped(path: string): string {
  const bytes = Buffer.from(openable(path) as string | Buffer);
  return Array.from(bytes, (byte) => {
    const character = String.fromCharCode(byte);
    return /[\w.~/-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}

async function ready(trash: TrashFolder): Promise<TrashFolder> {
  await makeFolder(dirname(trash.path));
  for (const folder of [trash.path, join(trash.path, 'files'), join(trash.path, 'info')]) {
    if (!existsSync(folder)) await mkdir(folder, { mode: OWN });
  }
  return trash;
}

function nearestThere(path: string): string {
  return existsSync(path) ? path : nearestThere(dirname(path));
}
