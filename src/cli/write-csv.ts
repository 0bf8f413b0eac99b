/** @file Lists as CSV files. */
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { type CsvRow, type CsvStyle, csvText } from '../core/csv-write.js';
import { writeFileAtomic } from '../store/files/atomic.js';
import { makeFolder } from '../store/files/make-folder.js';

export interface CsvOptions {
  readonly excel?: boolean;
  readonly rawCsv?: boolean;
}

/** How CSV files are written, for commands that write some. */
export function addCsv(command: Command): Command {
  return command
    .option('--excel', 'begin CSV files with the mark by which Excel knows UTF-8')
    .option('--raw-csv', "leave cells that a spreadsheet would compute as they are (default: with ' in front)");
}

export function csvStyle({ excel = false, rawCsv = false }: CsvOptions): CsvStyle {
  return { excel, raw: rawCsv };
}

/** Writes a table, replacing a file atomically; folders on the way are made. */
export async function writeCsv(
  path: string,
  columns: readonly string[],
  rows: readonly CsvRow[],
  options: CsvOptions,
): Promise<void> {
  await makeFolder(dirname(path));
  await writeFileAtomic(path, csvText([columns, ...rows], csvStyle(options)));
}
