/** @file Records of CSV files (RFC 4180), whatever delimits their cells. */
import { DataError } from './errors.js';

export interface CsvCell {
  /** Between its quotes, or between its delimiters with all spaces. */
  readonly text: string;
  readonly isQuoted: boolean;
}

/** What separates cells: a comma, or what spreadsheets write where the comma is in numbers. */
export type Delimiter = ',' | ';' | '\t';
const DELIMITERS: readonly Delimiter[] = [',', ';', '\t'];

/** Characters; a quote that is not closed would otherwise be looked for through a file of any size. */
const LONGEST_CELL = 1 << 20;

/** Takes the text of a file in pieces. */
export class CsvRecords {
  readonly #pattern: RegExp;
  #rest = '';
  #record: CsvCell[] = [];
  #row = 1;

  constructor(delimiter: Delimiter) {
    // A cell, quoted or plain, and what ends it.
    this.#pattern = new RegExp(
      ` *"([^"]*(?:""[^"]*)*)" *(${delimiter}|\\r?\\n|\\r|$)|([^"${delimiter}\\r\\n]*)(${delimiter}|\\r?\\n|\\r|$)`,
      'y',
    );
  }

  /** Counted from 1, empty ones as well: that of the record given last, or before all. */
  get row(): number {
    return this.#row - 1;
  }

  /**
   * Records that are whole by now. Empty lines, and those of empty cells that spreadsheets leave, are passed over.
   *
   * @param isLast whether the text ends here
   * @throws {DataError} if a quote is where none may be; the message begins with the row
   */
  *read(piece: string, isLast: boolean): Generator<CsvCell[]> {
    const text = this.#rest + piece;
    // The other half of a line's end may be to come.
    const end = isLast || !text.endsWith('\r') ? text.length : text.length - 1;
    const whole = text.slice(0, end);
    const pattern = this.#pattern;
    let at = 0;
    while (at < end) {
      pattern.lastIndex = at;
      const found = pattern.exec(whole);
      const ended = found?.[2] ?? found?.[4] ?? '';
      const isCut = !isLast && ended === '';
      if (isCut && text.length - at < LONGEST_CELL) break;
      if (found === null || isCut)
        throw new DataError(
          `row ${this.#row}: expected cells, got a stray quote. Quotes go around a whole cell, and are doubled within it.`,
        );
      at = pattern.lastIndex;
      const [, quoted, , plain = ''] = found;
      const isQuoted = quoted !== undefined;
      this.#record.push({ text: isQuoted ? quoted.replaceAll('""', '"') : plain, isQuoted });
      const isDelimited = ended !== '' && !/[\r\n]/.test(ended);
      if (!isDelimited) yield* this.#endRecord();
    }
    this.#rest = text.slice(at);
    if (!isLast || this.#record.length === 0) return;
    // The last character was a delimiter: a cell that is empty follows it.
    this.#record.push({ text: '', isQuoted: false });
    yield* this.#endRecord();
  }

  *#endRecord(): Generator<CsvCell[]> {
    const record = this.#record;
    this.#record = [];
    this.#row++;
    if (record.some(({ text, isQuoted }) => isQuoted || text.trim() !== '')) yield record;
  }
}

/**
 * How the cells of a table are delimited: so that its first row has the columns, or else the most cells.
 *
 * @param start of its text, at least the first row
 * @param columns names in lower case
 */
export function delimiterOf(start: string, columns: readonly string[]): Delimiter {
  const headers = DELIMITERS.map((delimiter) => ({ delimiter, names: headerNames(firstRecord(start, delimiter)) }));
  const fitting = headers.find(({ names }) => columns.every((column) => names.includes(column)));
  return (fitting ?? headers.reduce((a, b) => (b.names.length > a.names.length ? b : a))).delimiter;
}

/** Names of columns as they are compared: in lower case, without spaces around them. */
export function headerNames(header: readonly CsvCell[]): string[] {
  return header.map(({ text }) => text.trim().toLowerCase());
}

function firstRecord(text: string, delimiter: Delimiter): CsvCell[] {
  try {
    for (const record of new CsvRecords(delimiter).read(text, true)) return record;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
  }
  return [];
}

/** Excel writes and obeys a first line such as `sep=;`. */
const SEPARATOR_LINE = /^"?sep=[,;\t]"?(\r\n|\r|\n)/i;

/** The text without a line that only says what delimits its cells. */
export function withoutSeparatorLine(text: string): string {
  return text.replace(SEPARATOR_LINE, '');
}
