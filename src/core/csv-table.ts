/** @file Some columns of a CSV file, as people and programs write them. */
import { restored } from './csv-cell.js';
import { type CsvCell, CsvRecords, delimiterOf, headerNames, withoutSeparatorLine } from './csv-read.js';
import { DataError } from './errors.js';
import { decodeText } from './text-encoding.js';

export interface CsvTable<Column extends string> {
  /** Texts by column, with the number of the row in the file, from 1. */
  readonly rows: readonly (Readonly<Record<Column, string>> & { readonly row: number })[];
  /** What should be known of the reading; undefined where nothing was in doubt. */
  readonly remark: string | undefined;
}

/**
 * Reads a CSV file whose first row names its columns, in any case; columns that are not asked for are passed over. It may
 * be in UTF-8, UTF-16 or Windows-1252, with commas, semicolons or tabs. Spaces around a cell without quotes do not
 * count, but for those after a `path`, which names may end in. What `csvText` has made harmless is as it was before.
 *
 * @param columns in lower case
 * @throws {DataError} if it is no such file; the message has no subject
 */
export function readCsvTable<Column extends string>(bytes: Uint8Array, columns: readonly Column[]): CsvTable<Column> {
  const { text: whole, isGuessed } = decodeText(bytes);
  const text = withoutSeparatorLine(whole);
  const delimiter = delimiterOf(text, columns);
  const records = new CsvRecords(delimiter);
  const rows: CsvTable<Column>['rows'][number][] = [];
  let places: readonly number[] | undefined;
  let width = 0;
  for (const record of records.read(text, true)) {
    if (places === undefined) {
      places = placesOf(headerNames(record), columns);
      width = record.length;
      continue;
    }
    const got = record.findLastIndex(({ text }) => text !== '') + 1;
    if (got > width || record.length < width) {
      throw new DataError(
        `row ${records.row}: expected ${width} cells, as in the first row, got ${Math.max(got, record.length)}. A cell with ${delimiter === '\t' ? 'a tab' : `'${delimiter}'`} in it needs quotes.`,
      );
    }
    const cells = columns.map((column, i) => [column, cellText(record[places![i]!]!, column)]);
    rows.push({ ...(Object.fromEntries(cells) as Record<Column, string>), row: records.row });
  }
  if (places === undefined) throw new DataError(`${expectedColumns(columns)}, got an empty file`);
  return {
    rows,
    remark: isGuessed
      ? 'not in UTF-8, taken for Windows-1252. If names look wrong, save the file in UTF-8.'
      : undefined,
  };
}

function placesOf<Column extends string>(header: readonly string[], columns: readonly Column[]): number[] {
  return columns.map((column) => {
    const place = header.indexOf(column);
    if (place < 0) throw new DataError(`${expectedColumns(columns)}, got: ${header.join(', ')}`);
    if (header.lastIndexOf(column) !== place) {
      throw new DataError(`${expectedColumns(columns)}, got '${column}' twice. Leave one out.`);
    }
    return place;
  });
}

function expectedColumns(columns: readonly string[]): string {
  return `expected the columns ${columns.join(' and ')} in its first row`;
}

function cellText({ text, isQuoted }: CsvCell, column: string): string {
  if (isQuoted) return restored(text);
  return restored(column === 'path' ? text.trimStart() : text.trim());
}
