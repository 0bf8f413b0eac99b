import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataError } from '#src/core/errors.js';
import { readWeights } from '#src/data/labels/weights.js';
import { useTempDir } from '../pictures.js';

const dir = useTempDir();

async function read(text: string, ids: readonly string[]): Promise<Float64Array> {
  const file = join(dir(), 'weights.csv');
  await writeFile(file, text);
  return readWeights(file, ids);
}

describe('readWeights', () => {
  it('gives the weight of each picture asked for, in that order, paths relative to its folder', async () => {
    const text = 'weight,path\n0.5,a.jpg\n3,/b/c.jpg\n1e-3,t.bin#3\n9,other.jpg\n';
    const ids = ['/b/c.jpg', join(dir(), 't.bin#3'), join(dir(), 'a.jpg')];
    expect([...(await read(text, ids))]).toEqual([3, 1e-3, 0.5]);
  });

  it.each([
    ['lacks a column', 'path,w\n/a,1\n', /expected the columns path and weight in its first row, got: path, w/],
    ['has a weight of zero', 'path,weight\n/a,0\n', /expected a weight above 0 for \/a, got '0'/],
    ['has a weight that is no number', 'path,weight\n/a,much\n', /expected a weight above 0 for \/a, got 'much'/],
    ['leaves a weight out', 'path,weight\n/a,\n', /expected a weight above 0 for \/a, got ''/],
    ['lacks a picture', 'path,weight\n/b,1\n', /expected a weight for each of 1 pictures, got none for 1, such as \/a/],
  ])('refuses a file that %s', async (_, text, message) => {
    const reading = read(text, ['/a']);
    await expect(reading).rejects.toThrow(DataError);
    await expect(reading).rejects.toThrow(message);
  });
});
