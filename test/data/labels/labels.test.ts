/** @file Labels from CSV files. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataError } from '#src/core/errors.js';
import { type LabelTable, readLabels } from '#src/data/labels/labels.js';
import { useTempDir } from '../pictures.js';

const dir = useTempDir();

async function read(text: string | Uint8Array): Promise<LabelTable> {
  const file = join(dir(), 'labels.csv');
  await writeFile(file, text);
  return readLabels(file);
}

describe('readLabels', () => {
  it('takes paths absolute or relative to its folder, columns in any order, quotes and a byte order mark', async () => {
    const labels = await read(
      '\uFEFFlabel,size,path\ncat,3,a.jpg\n"big, dog",4,/b/c.jpg\ncat,3,sub/../a.jpg\nx,1,t.bin#3\n',
    );
    expect([...labels]).toEqual([
      [join(dir(), 'a.jpg'), 'cat'],
      ['/b/c.jpg', 'big, dog'],
      [join(dir(), 't.bin#3'), 'x'],
    ]);
  });

  it.each([
    ['lacks a column', 'file,label\na,b\n', /expected the columns path and label in its first row, got: file, label/],
    ['labels a picture twice', 'path,label\na,b\na,c\n', /expected one label for a, got 'b' in row 2 and 'c' in row 3/],
    [
      'leaves a label out',
      'path,label\na,\n',
      /labels\.csv, row 2: expected a path and a label, got path 'a', label ''/,
    ],
    [
      'is no CSV',
      'path,label\na,b,c\n',
      /labels\.csv: row 2: expected 2 cells, as in the first row, got 3\. A cell with ',' in it needs quotes/,
    ],
  ])('refuses a file that %s', async (_, text, message) => {
    const reading = read(text);
    await expect(reading).rejects.toThrow(DataError);
    await expect(reading).rejects.toThrow(message);
  });

  const MOEWE: ReadonlyMap<string, string> = new Map([['Möwe.jpg', 'Möwe – gut']]);
  const TABLE = 'path,label\nMöwe.jpg,Möwe – gut\n';
  const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

  it.each([
    ['UTF-8', Buffer.from(TABLE)],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${TABLE}`)],
    ['UTF-16 of Windows', Buffer.from(`\uFEFF${TABLE}`, 'utf16le')],
    ['UTF-16 without a mark', Buffer.from(TABLE, 'utf16le')],
    ['UTF-16 with the high byte first', utf16be(`\uFEFF${TABLE}`)],
    ['UTF-16 with the high byte first, without a mark', utf16be(TABLE)],
    // The dash is 0x96 in Windows-1252, a control character in Latin-1.
    ['Windows-1252', Buffer.from('path,label\nM\xf6we.jpg,M\xf6we \x96 gut\n', 'latin1')],
    ['semicolons, as spreadsheets write where the comma is in numbers', Buffer.from(TABLE.replaceAll(',', ';'))],
    ['semicolons after a line that says so', Buffer.from(`sep=;\r\n${TABLE.replaceAll(',', ';')}`)],
    ['tabs', Buffer.from(TABLE.replaceAll(',', '\t'))],
    ['the line ends of Windows', Buffer.from(TABLE.replaceAll('\n', '\r\n'))],
    [
      'a header in capitals, with spaces, and rows left empty',
      Buffer.from(`"Path" , LABEL ${TABLE.slice(10)},\n,\n\n`),
    ],
  ])('reads %s', async (_, bytes) => {
    const labels = await read(bytes);
    expect(new Map(labels)).toEqual(new Map(Array.from(MOEWE, ([path, label]) => [join(dir(), path), label])));
  });

  it('says that it guesses where the file is in no Unicode', async () => {
    expect((await read(Buffer.from('path,label\nM\xf6we.jpg,a\n', 'latin1'))).remark).toMatch(/taken for Windows-1252/);
    expect((await read(TABLE)).remark).toBeUndefined();
  });

  it.each([
    ['a spreadsheet', Buffer.from('PK\x03\x04\0\0'), /labels\.csv: expected text, got a spreadsheet/],
    ['no text', Buffer.from('path,label\n\0\0\0'), /labels\.csv: expected text, got bytes that are none/],
    ['a stray quote', Buffer.from('path,label\n"a"b,c\n'), /row 2: expected cells, got a stray quote/],
    ['two columns of one name', Buffer.from('path,label,Label\na,b,c\n'), /got 'label' twice/],
  ])('refuses %s', async (_, bytes, message) => {
    await expect(read(bytes)).rejects.toThrow(DataError);
    await expect(read(bytes)).rejects.toThrow(message);
  });

  it('keeps spaces at the end of a path, and all that is in quotes', async () => {
    const labels = await read('path , label\n  a.jpg , cat \n" b.jpg "," dog "\n');
    expect([...labels]).toEqual([
      [join(dir(), 'a.jpg '), 'cat'],
      [join(dir(), ' b.jpg '), ' dog '],
    ]);
  });

  it('refuses a file that is not there', async () => {
    await expect(readLabels(join(dir(), 'no.csv'))).rejects.toThrow(
      /no\.csv: expected a CSV file of labels, got no such file\. Check the path\./,
    );
  });
});
