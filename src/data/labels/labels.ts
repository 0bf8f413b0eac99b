/** @file Labels from a CSV file. */

import { dirname, resolve } from 'node:path';
import { DataError } from '../../core/errors.js';
import { readColumns } from './csv-file.js';

/** Labels by picture id (an absolute path), and where they are from. */
export class LabelTable extends Map<string, string> {
  /** @param remark what should be known of how the file was read */
  constructor(
    readonly file: string,
    readonly remark: string | undefined,
  ) {
    super();
  }
}

/**
 * Reads a CSV file with the columns `path` and `label`; see `readCsvTable` for what it may look like.
 *
 * @param file paths in it are absolute, or relative to its folder; `path#index` names a record of a CIFAR or IDX file
 * @throws {DataError} if the file cannot be read, lacks a column, or labels a picture twice and differently
 */
export async function readLabels(file: string): Promise<LabelTable> {
  const { rows, remark } = await readColumns(file, ['path', 'label'], 'labels');
  const folder = dirname(resolve(file));
  const labels = new LabelTable(file, remark);
  const rowOf = new Map<string, number>();
  for (const { path, label, row } of rows) {
    if (path.trim() === '' || label === '') {
      throw new DataError(
        `${file}, row ${row}: expected a path and a label, got path '${path}', label '${label}'. Complete the row, or leave it out.`,
      );
    }
    const id = resolve(folder, path);
    const earlier = labels.get(id);
    if (earlier !== undefined && earlier !== label) {
      throw new DataError(
        `${file}: expected one label for ${path}, got '${earlier}' in row ${rowOf.get(id)} and '${label}' in row ${row}. Leave one out.`,
      );
    }
    labels.set(id, label);
    rowOf.set(id, row);
  }
  return labels;
}
