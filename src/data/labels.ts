/** @file Labels from a CSV file. */

import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import { DataError } from '../core/errors.js';

/**
 * Reads a CSV file with the columns `path` and `label`; other columns are passed over.
 *
 * @param file paths in it are absolute, or relative to its folder; `path#index` names a record of a CIFAR or IDX file
 * @returns label by picture id (an absolute path)
 * @throws {DataError} if the file cannot be read, lacks a column, or labels a picture twice and differently
 */
export async function readLabels(file: string): Promise<Map<string, string>> {
  const rows = parseRows(file, await readText(file));
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

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new DataError(`${file}: expected a CSV file of labels, got: ${(error as Error).message}`, { cause: error });
  }
}

function parseRows(file: string, text: string): { path: string; label: string }[] {
  const checkHeader = (header: string[]): string[] => {
    for (const column of ['path', 'label']) {
      if (header.includes(column)) continue;
      throw new DataError(`${file}: expected the columns path and label in its first row, got: ${header.join(', ')}`);
    }
    return header;
  };
  try {
    return parse(text, { bom: true, columns: checkHeader, skip_empty_lines: true, trim: true });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new DataError(`${file}: expected a CSV file, got: ${error.message}`, { cause: error });
  }
}
