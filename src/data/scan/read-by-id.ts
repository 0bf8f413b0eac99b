/** @file A picture by nothing but its id: the bytes of its file, or the pixels of a record. */
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { DataError } from '../../core/errors.js';
import { decodeBytes } from '../decode/decode.js';
import { kindOf } from '../decode/kind.js';
import { type Picture, type Rgb, readBytes } from '../picture.js';
import { openable } from './file-name.js';
import { readCifar } from './readers/cifar.js';
import { readIdx } from './readers/idx.js';

/** The last file of records that was looked into: pictures of one file are asked for one after the other. */
let opened: { readonly path: string; readonly mtimeMs: number; readonly pictures: readonly Picture[] } | undefined;

/**
 * @param id a path, or `path#index` for a record
 * @returns the bytes of an encoded file, or the pixels of a record
 * @throws the file system's error if there is no such file, or it cannot be read
 * @throws {DataError} if it is no picture of a format that is taken, or a damaged file of records
 */
export async function readById(id: string): Promise<Uint8Array | Rgb> {
  const picture = existsSync(openable(id)) ? undefined : await recordOf(id);
  if (picture === undefined) return readPictureFile(id);
  return decodeBytes(await readBytes(picture), picture, Number.POSITIVE_INFINITY);
}

/** The path in the id of a record, `path#index`; any other id as it is. */
export function fileOfRecord(id: string): string {
  return id.replace(/#\d+$/, '');
}

/** Libvips would open other files, too, and by them further ones. */
async function readPictureFile(path: string): Promise<Uint8Array> {
  const bytes = await readFile(openable(path));
  const kind = kindOf(bytes);
  if (typeof kind === 'string') return bytes;
  throw new DataError(kind.reason);
}

async function recordOf(id: string): Promise<Picture | undefined> {
  const [, path, number] = /^(.+)#(\d+)$/s.exec(id) ?? [];
  if (path === undefined || !existsSync(openable(path))) return undefined;
  const { size, mtimeMs } = await stat(openable(path));
  if (opened?.path !== path || opened.mtimeMs !== mtimeMs) {
    const facts = { path, size, mtimeMs };
    opened = { path, mtimeMs, pictures: (await readCifar(facts)) ?? (await readIdx(facts)) ?? [] };
  }
  return opened.pictures[Number(number)];
}
