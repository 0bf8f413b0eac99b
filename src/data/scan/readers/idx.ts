/**
 * @file IDX files: MNIST, Fashion-MNIST and their kin.
 *
 * Pictures: magic 0x00000803, then big-endian number, rows and columns, then one byte a pixel.
 * Labels: magic 0x00000801, then the number, then one byte each (http://yann.lecun.com/exdb/mnist).
 */

import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DataError } from '../../../core/errors.js';
import type { Picture } from '../../picture.js';
import { openable } from '../file-name.js';
import type { FileFacts } from './records.js';

const NAME = /images([-.])idx3-ubyte(\.gz)?$/;
const PICTURES_MAGIC = 0x803;
const LABELS_MAGIC = 0x801;
const PICTURES_HEADER = 16;
const LABELS_HEADER = 8;

export function isIdxName(path: string): boolean {
  return NAME.test(basename(path));
}

/**
 * The pictures of a file called `…images-idx3-ubyte`, packed or not, or undefined if the name is another.
 *
 * Labels are the numbers in `…labels-idx1-ubyte` beside it; without that file there are none.
 *
 * @throws {DataError} if the contents are not what the name says, or there are not as many labels as pictures
 */
export async function readIdx(file: FileFacts): Promise<Picture[] | undefined> {
  const name = basename(file.path);
  if (!NAME.test(name)) return undefined;
  const gzip = name.endsWith('.gz');
  const bytes = unpack(await readFile(openable(file.path)), gzip);
  if (bytes.length < PICTURES_HEADER || bytes.readUInt32BE(0) !== PICTURES_MAGIC) {
    throw new DataError('IDX: expected the magic number 0x803, got another');
  }
  const [number, height, width] = [bytes.readUInt32BE(4), bytes.readUInt32BE(8), bytes.readUInt32BE(12)];
  const expected = PICTURES_HEADER + number * height * width;
  if (bytes.length !== expected) {
    throw new DataError(`IDX: expected ${expected} bytes for ${number} pictures, got ${bytes.length}`);
  }
  const labels = await readLabelBytes(dirname(file.path), name.replace(/\.gz$/, ''));
  if (labels !== undefined && labels.length !== number) {
    throw new DataError(`IDX: expected ${number} labels, got ${labels.length} in the labels file`);
  }
  return Array.from({ length: number }, (_, i) => ({
    ...file,
    id: `${file.path}#${i}`,
    label: labels === undefined ? undefined : String(labels[i]),
    width,
    height,
    planes: { offset: PICTURES_HEADER + i * width * height, channels: 1, gzip },
  }));
}

async function readLabelBytes(folder: string, picturesName: string): Promise<Uint8Array | undefined> {
  const name = picturesName.replace(NAME, 'labels$1idx1-ubyte');
  for (const gzip of [false, true]) {
    const packed = await readFile(openable(join(folder, gzip ? `${name}.gz` : name))).catch(() => undefined);
    if (packed === undefined) continue;
    const bytes = unpack(packed, gzip);
    if (bytes.length < LABELS_HEADER || bytes.readUInt32BE(0) !== LABELS_MAGIC) {
      throw new DataError(`IDX: expected the magic number 0x801 in ${name}, got another`);
    }
    return bytes.subarray(LABELS_HEADER);
  }
  return undefined;
}

function unpack(bytes: Buffer, gzip: boolean): Buffer {
  if (!gzip) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw new DataError(`IDX: expected a gzip file, got: ${(error as Error).message}`, { cause: error });
  }
}
