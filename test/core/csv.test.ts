/** @file CSV files: what is written, and that it is read as it was. csv-parse and csv-stringify are the referees. */
import { parse } from 'csv-parse/sync';
import { type Options, stringify } from 'csv-stringify/sync';
import { describe, expect, it } from 'vitest';
import { neutralised, restored } from '#src/core/csv-cell.js';
import { CsvRecords, type Delimiter, delimiterOf } from '#src/core/csv-read.js';
import { readCsvTable } from '#src/core/csv-table.js';
import { csvText } from '#src/core/csv-write.js';
import { DataError } from '#src/core/errors.js';
import { Random } from '#src/core/random.js';

const AWKWARD = [
  ['path', 'label'],
  ['a,b;c\td.jpg', 'he said "cat"'],
  ['über/日本 🐈.png', 'two\nlines\r\nor three'],
  [' spaces ', '\ttabs\t'],
  ['', 'empty before'],
  ['empty after', ''],
  ['"', ',"",'],
];
const FORMULAS = [
  '=1+1',
  '+x',
  '-x',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  '＝1',
  '＋1',
  '－1',
  '＠SUM(A1)',
  '-',
  '+-1',
  '-1+1',
  '=',
  '@',
];
const NUMBERS = ['-1', '+1.5', '-.5e-3', '0', '1e9'];

/** Texts of the characters that matter, in any order. */
function texts(count: number): string[] {
  const random = new Random(1, 'sample');
  const letters = ["'", '=', '+', '-', '@', '\t', '\r', '\n', '1', '.', 'e', ' ', '"', ',', ';', 'ö', '＝'];
  return Array.from({ length: count }, () =>
    Array.from({ length: random.integer(6) }, () => letters[random.integer(letters.length)]!).join(''),
  );
}

function records(text: string, delimiter: Delimiter, pieceLength = text.length): string[][] {
  const reader = new CsvRecords(delimiter);
  const found: string[][] = [];
  for (let at = 0; at < text.length; at += pieceLength) {
    for (const record of reader.read(text.slice(at, at + pieceLength), false))
      found.push(record.map((cell) => cell.text));
  }
  for (const record of reader.read('', true)) found.push(record.map((cell) => cell.text));
  return found;
}

describe('neutralised', () => {
  it.each(FORMULAS)('puts an apostrophe before %j, whatever is before it already', (text) => {
    expect(neutralised(text)).toBe(`'${text}`);
    expect(neutralised(`'${text}`)).toBe(`''${text}`);
  });

  it.each([...NUMBERS, '', 'cat', "'cat'", 'a=b', ' =1', "''"])('leaves %j as it is', (text) => {
    expect(neutralised(text)).toBe(text);
  });

  it('is undone for every text', () => {
    for (const text of texts(5000)) expect(restored(neutralised(text))).toBe(text);
  });
});

describe('csvText', () => {
  it('writes what others read', () => {
    expect(parse(csvText(AWKWARD, { raw: true }), { skip_empty_lines: true })).toEqual(AWKWARD);
    const rows = texts(500).map((text) => [text, text]);
    expect(parse(csvText(rows, { raw: true }), { record_delimiter: '\n' })).toEqual(rows);
  });

  it('lets no cell begin as a formula, but for numbers', () => {
    const cells = parse(csvText([...FORMULAS, ...texts(500)].map((text) => [text, 'x'])), { record_delimiter: '\n' });
    for (const [cell] of cells as string[][]) {
      if (!/^[+-]?(\d+\.?\d*|\.\d+)(e\d+)?$/.test(cell!)) expect(cell).not.toMatch(/^[=+\-@\t\r\n＝]/);
    }
  });

  it('keeps numbers as numbers, and undefined empty', () => {
    expect(csvText([[-1, -0.5, undefined, '-1', '=1']])).toBe("-1,-0.5,,-1,'=1\n");
  });

  it('begins with the mark of Excel where that is asked for', () => {
    expect(csvText([['a']], { excel: true })).toBe('\ufeffa\n');
  });
});

describe('CsvRecords', () => {
  it.each<[string, Options & { readonly delimiter?: Delimiter }]>([
    ['plain', {}],
    ['with the line ends of Windows', { record_delimiter: '\r\n' }],
    ['with everything quoted', { quoted: true, quoted_empty: true }],
    ['with semicolons', { delimiter: ';' }],
    ['with tabs', { delimiter: '\t' }],
  ])('reads what others write, %s, in pieces of any size', (_, options) => {
    const text = stringify(AWKWARD, { quoted_match: /[,;\t]|^\s|\s$/, ...options });
    for (const pieceLength of [1, 2, 3, 7, text.length]) {
      expect(records(text, options.delimiter ?? ',', pieceLength)).toEqual(AWKWARD);
    }
  });

  it('reads a last line without an end', () => {
    expect(records('a,b\n1,', ',')).toEqual([
      ['a', 'b'],
      ['1', ''],
    ]);
  });

  it('counts rows as an editor does', () => {
    const reader = new CsvRecords(',');
    const rows = Array.from(reader.read('a\n\n\nb\n,\nc', true), () => reader.row);
    expect(rows).toEqual([1, 4, 6]);
  });

  it('does not look through a file of any size for the end of a quote', () => {
    const reader = new CsvRecords(',');
    const read = (): unknown => [...reader.read(`"${'x'.repeat(600_000)}`, false)];
    expect(read()).toEqual([]);
    expect(read).toThrow(
      new DataError(
        'row 1: expected cells, got a stray quote. Quotes go around a whole cell, and are doubled within it.',
      ),
    );
  });
});

describe('delimiterOf', () => {
  it.each([
    ['path,label;x\n', ','],
    ['path;label,x;label\n', ';'],
    ['"path"\tLabel \n', '\t'],
    ['file;name;x,y\n', ';'],
    ['', ','],
  ])('of %j is %j', (text, delimiter) => {
    expect(delimiterOf(text, ['path', 'label'])).toBe(delimiter);
  });
});

describe('readCsvTable', () => {
  it('gives back every text that csvText was given', () => {
    const rows = texts(2000).map((text, i) => [text, `${i}${text}`]);
    const { rows: read } = readCsvTable(new TextEncoder().encode(csvText([['path', 'label'], ...rows])), [
      'path',
      'label',
    ]);
    expect(read.map(({ path, label }) => [path, label])).toEqual(rows);
  });
});
