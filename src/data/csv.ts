/** @file Tables from CSV files. */

import { readFile } from 'node:fs/promises';
import { CsvError, parse } from 'csv-parse/sync';
import { DataError } from '../core/errors.js';

/**
 * Reads a CSV file whose first row names its columns; columns that are not asked for are passed over.
 *
 * @param what it is, for errors: `labels`
 * @returns its rows, as texts by column
 * @throws {DataError} if the file cannot be read, is no CSV file, or lacks a column
 */
export async function readColumns<Column extends string>(
  file: string,
  columns: readonly Column[],
  what: string,
): Promise<Record<Column, string>[]> {
  const checkHeader = (header: string[]): string[] => {
    for (const column of columns) {
      if (header.includes(column)) continue;
      throw new DataError(
        `${file}: expected the columns ${columns.join(' and ')} in its first row, got: ${header.join(', ')}`,
      );
    }
    return header;
  };
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new DataError(`${file}: expected a CSV file of ${what}, got: ${(error as Error).message}`, { cause: error });
  }
  try {
    const rows: unknown = parse(text, { bom: true, columns: checkHeader, skip_empty_lines: true, trim: true });
    return rows as Record<Column, string>[];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new DataError(`${file}: expected a CSV file, got: ${error.message}`, { cause: error });
  }
}
