/**
 * @file CIFAR-10 and CIFAR-100 binary files.
 *
 * A record is one label byte (CIFAR-10) or a coarse and a fine one (CIFAR-100), then 3072 bytes: the red, green and
 * blue planes of a 32 × 32 picture (https://www.cs.toronto.edu/~kriz/cifar.html).
 */

import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DataError } from '../../../core/errors.js';
import type { Picture } from '../../picture.js';
import { openable } from '../file-name.js';
import type { FileFacts } from './records.js';

const SIDE = 32;
const PLANES = 3 * SIDE * SIDE;

const KINDS = [
  { name: /^(data_batch_\d+|test_batch)\.bin$/, labelBytes: 1, classes: 'batches.meta.txt' },
  { name: /^(train|test)\.bin$/, labelBytes: 2, classes: 'fine_label_names.txt' },
] as const;

export function isCifarName(path: string): boolean {
  return KINDS.some(({ name }) => name.test(basename(path)));
}

/**
 * The pictures of a CIFAR file, or undefined if the name is not one of CIFAR's.
 *
 * Labels are the (fine) class names of the text file beside it, or the class numbers if there is none.
 *
 * @throws {DataError} if the name is CIFAR's and the size is not
 */
export async function readCifar(file: FileFacts): Promise<Picture[] | undefined> {
  const kind = KINDS.find(({ name }) => name.test(basename(file.path)));
  if (kind === undefined) return undefined;
  const record = kind.labelBytes + PLANES;
  if (file.size === 0 || file.size % record !== 0) {
    throw new DataError(`CIFAR: expected a multiple of ${record} bytes, got ${file.size}; the file may be cut short`);
  }
  const bytes = await readFile(openable(file.path));
  const classes = await classNames(join(dirname(file.path), kind.classes));
  return Array.from({ length: file.size / record }, (_, i) => {
    const start = i * record;
    const label = bytes[start + kind.labelBytes - 1] as number;
    return {
      ...file,
      id: `${file.path}#${i}`,
      label: classes[label] ?? String(label),
      width: SIDE,
      height: SIDE,
      planes: { offset: start + kind.labelBytes, channels: 3, gzip: false },
    };
  });
}

async function classNames(path: string): Promise<string[]> {
  const text = await readFile(openable(path), 'utf8').catch(() => '');
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
