/** @file Tables from CSV files. */

import { readFile } from 'node:fs/promises';
import { type CsvTable, readCsvTable } from '../../core/csv-table.js';
import { DataError } from '../../core/errors.js';
import { inputRefused } from '../../core/system-errors.js';

/**
 * Reads some columns of a CSV file; see `readCsvTable`.
 *
 * @param what it is, for errors: `labels`
 * @throws {DataError} if the file cannot be read, is no CSV file, or lacks a column
 */
export async function readColumns<Column extends string>(
  file: string,
  columns: readonly Column[],
  what: string,
): Promise<CsvTable<Column>> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw inputRefused(file, `a CSV file of ${what}`, error);
  }
  try {
    return readCsvTable(bytes, columns);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new DataError(`${file}: ${error.message}`, { cause: error });
  }
}
