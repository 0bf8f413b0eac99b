/** @file Tables as CSV (RFC 4180), for spreadsheets and programs. */
import { neutralised } from './csv-cell.js';

export interface CsvStyle {
  /** Leaves cells that a spreadsheet would take for formulas as they are; default they are made harmless. */
  readonly raw?: boolean;
  /** Begins with a byte order mark, without which Excel takes UTF-8 for something else; default none. */
  readonly excel?: boolean;
}

/** An undefined cell is empty. */
export type CsvRow = readonly (string | number | undefined)[];

/** Rows as lines of a CSV file, the first row of which has the names of the columns. */
export function csvText(rows: readonly CsvRow[], style: CsvStyle = {}): string {
  return csvStart(style) + csvLines(rows, style);
}

/** What a file begins with whose lines are written one after another. */
export function csvStart({ excel = false }: CsvStyle): string {
  return excel ? '\ufeff' : '';
}

export function csvLines(rows: readonly CsvRow[], { raw = false }: CsvStyle = {}): string {
  const cell = (value: string | number | undefined = ''): string =>
    typeof value === 'number' ? String(value) : quoted(raw ? value : neutralised(value));
  // A line that is empty would be none.
  return rows.map((row) => `${row.map(cell).join(',') || '""'}\n`).join('');
}

/** Readers take spaces around a cell for decoration unless it is quoted, and delimiters differ. */
function quoted(text: string): string {
  return /[",;\r\n\t]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
