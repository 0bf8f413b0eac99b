/** @file Labels from a CSV file. */

import { dirname, resolve } from 'node:path';
import { DataError } from '../core/errors.js';
import { readColumns } from './csv.js';

/**
 * Reads a CSV file with the columns `path` and `label`; other columns are passed over.
 *
 * @param file paths in it are absolute, or relative to its folder; `path#index` names a record of a CIFAR or IDX file
 * @returns label by picture id (an absolute path)
 * @throws {DataError} if the file cannot be read, lacks a column, or labels a picture twice and differently
 */
export async function readLabels(file: string): Promise<Map<string, string>> {
  const rows = await readColumns(file, ['path', 'label'], 'labels');
  const folder = dirname(resolve(file));
  const labels = new Map<string, string>();
  for (const { path, label } of rows) {
    if (path === '' || label === '') {
      throw new DataError(`${file}: expected a path and a label in each row, got path '${path}', label '${label}'`);
    }
    const id = resolve(folder, path);
    const earlier = labels.get(id);
    if (earlier !== undefined && earlier !== label) {
      throw new DataError(`${file}: expected one label for ${path}, got '${earlier}' and '${label}'`);
    }
    labels.set(id, label);
  }
  return labels;
}
