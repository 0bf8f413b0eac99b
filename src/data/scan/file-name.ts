/**
 * @file Names of files as text, and back.
 *
 * A name is bytes. Mostly they are UTF-8 and so a text. Others, from old archives and disks, are made one that leads
 * back to them: bytes that are no UTF-8 become characters of their own (`RAW_BYTE`), which are found in no language.
 */
import { Buffer } from 'node:buffer';
import type { Dirent, PathLike } from 'node:fs';
import { access, readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Names, RAW_BYTE, RAW_BYTE_BASE } from '../../core/names.js';

/** What Node puts in place of bytes that it cannot read, and what stands for them here. */
const UNFAITHFUL = /[\ufffd\uef80-\uefff]/;
const HIGH = 0x80;

/** The path of a file as the file system wants it, of a path as text. */
export function openable(path: string): PathLike {
  return path.search(RAW_BYTE) < 0 ? path : Buffer.concat(Array.from(pieces(path)));
}

function* pieces(path: string): Generator<Buffer> {
  for (const [piece] of path.matchAll(/[\uef80-\uefff]|[^\uef80-\uefff]+/g)) {
    const byte = piece.charCodeAt(0) - RAW_BYTE_BASE;
    yield byte >= HIGH && byte <= 0xff ? Buffer.of(byte) : Buffer.from(piece);
  }
}

/** A name as text, whatever its bytes. */
export function nameOf(bytes: Buffer): string {
  const text = bytes.toString();
  if (!UNFAITHFUL.test(text)) return text;
  let name = '';
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes, at);
    const character = bytes.toString('utf8', at, at + length);
    const isFaithful =
      !/[\uef80-\uefff]/.test(character) && Buffer.from(character).equals(bytes.subarray(at, at + length));
    name += isFaithful ? character : String.fromCharCode(RAW_BYTE_BASE + bytes[at]!);
    at += isFaithful ? length : 1;
  }
  return name;
}

/** Bytes of the character that begins here, if it is UTF-8. */
function characterLength(bytes: Buffer, at: number): number {
  const first = bytes[at]!;
  return first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/** What a folder holds, under names that lead there. */
export async function readFolder(
  path: string,
): Promise<{ readonly name: string; readonly entry: Dirent | Dirent<Buffer> }[]> {
  const entries = await readdir(openable(path), { withFileTypes: true });
  if (!entries.some(({ name }) => UNFAITHFUL.test(name))) return entries.map((entry) => ({ name: entry.name, entry }));
  const raw = await readdir(openable(path), { withFileTypes: true, encoding: 'buffer' });
  return raw.map((entry) => ({ name: nameOf(entry.name), entry }));
}

/** The path without links. */
export async function realPath(path: string): Promise<string> {
  return nameOf(await realpath(openable(path), 'buffer'));
}

/** The same path as its names are spelt on the disk, if it is there only in another spelling; else as it is. */
export async function asSpelt(path: string): Promise<string> {
  const isThere = await access(openable(path)).then(
    () => true,
    () => false,
  );
  const parent = dirname(path);
  if (isThere || parent === path) return path;
  const folder = await asSpelt(parent);
  const name = basename(path);
  const entries = await readFolder(folder).catch(() => []);
  return join(folder, new Names(entries.map((entry) => entry.name)).find(name) ?? name);
}
