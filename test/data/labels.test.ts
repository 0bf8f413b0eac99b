/** @file Labels from CSV files. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataError } from '#src/core/errors.js';
import { readLabels } from '#src/data/labels.js';
import { useTempDir } from './pictures.js';

const dir = useTempDir();

async function read(text: string): Promise<Map<string, string>> {
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
    ['labels a picture twice', 'path,label\na,b\na,c\n', /expected one label for a, got 'b' and 'c'/],
    ['leaves a label out', 'path,label\na,\n', /expected a path and a label in each row, got path 'a', label ''/],
    ['is no CSV', 'path,label\na,b,c\n', /expected a CSV file, got: Invalid Record Length/],
  ])('refuses a file that %s', async (_, text, message) => {
    const reading = read(text);
    await expect(reading).rejects.toThrow(DataError);
    await expect(reading).rejects.toThrow(message);
  });

  it('refuses a file that is not there', async () => {
    await expect(readLabels(join(dir(), 'no.csv'))).rejects.toThrow(
      /no\.csv: expected a CSV file of labels, got: ENOENT/,
    );
  });
});
