import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findPictures, folderOf, inBalancedOrder } from '#src/experiments/experiment-pictures.js';
import { drawPictures, tempFolder } from '../cli/cli.js';

const root = tempFolder();
const pictures = await drawPictures(join(root, 'all'), 5);
const seed = 3;

describe('the balanced order', () => {
  const items = ['a', 'b', 'c'].flatMap((label, i) => Array.from({ length: 20 * (i + 1) }, (_, n) => ({ label, n })));

  it('holds its share of each class in every beginning, to within one', () => {
    const order = inBalancedOrder(items, seed);
    for (let count = 1; count <= items.length; count++) {
      const beginning = order.slice(0, count);
      for (const [i, label] of ['a', 'b', 'c'].entries()) {
        const share = (count * (i + 1)) / 6;
        expect(Math.abs(beginning.filter((item) => item.label === label).length - share)).toBeLessThanOrEqual(1);
      }
    }
  });

  it('is a permutation that follows from the seed', () => {
    const order = inBalancedOrder(items, seed);
    expect(new Set(order)).toEqual(new Set(items));
    expect(inBalancedOrder(items, seed)).toEqual(order);
    expect(inBalancedOrder(items, seed + 1)).not.toEqual(order);
  });
});

describe('the pictures of an experiment', () => {
  it('are a folder’s train and test where it has them', async () => {
    const data = join(root, 'parts');
    await drawPictures(join(data, 'train'), 2);
    await drawPictures(join(data, 'test'), 1, 2);
    const { train, test, isHeldOut, numClasses } = await findPictures({ data, seed });
    expect({ train: train.pictures.length, test: test.pictures.length }).toEqual({ train: 24, test: 12 });
    expect({ isHeldOut, numClasses }).toEqual({ isHeldOut: false, numClasses: 12 });
  });

  it('are else a folder of classes, of which a fifth of each is held out', async () => {
    const { train, test, isHeldOut } = await findPictures({ data: pictures, seed });
    expect(isHeldOut).toBe(true);
    expect(test.pictures).toHaveLength(12);
    expect(new Set(test.pictures.map(({ label }) => label)).size).toBe(12);
    const learned = new Set(train.pictures.map(({ id }) => id));
    expect(test.pictures.filter(({ id }) => learned.has(id))).toEqual([]);
    expect(learned.size).toBe(48);
  });

  it('are all learned from where there is another folder to test with', async () => {
    const { train, test } = await findPictures({ data: pictures, test: join(root, 'parts', 'test'), seed });
    expect([train.pictures.length, test.pictures.length]).toEqual([60, 12]);
  });

  it('are linked into folders that hold just some, by class', async () => {
    const { train } = await findPictures({ data: pictures, seed });
    const folder = await folderOf(train, 24, false, join(root, 'out'), 'train');
    expect(folder).toBe(join(root, 'out', 'train-24'));
    const classes = await readdir(folder);
    expect(classes).toHaveLength(12);
    for (const name of classes) expect(await readdir(join(folder, name))).toHaveLength(2);
    expect(await folderOf(train, 24, false, join(root, 'out'), 'train')).toBe(folder);
    expect(await readdir(join(root, 'out'))).toEqual(['train-24']);
    expect(await folderOf(train, train.pictures.length, true, join(root, 'out'), 'train')).toBe(pictures);
  });

  it('are refused without classes, with one, outside of classes, and in files of records', async () => {
    await expect(findPictures({ data: join(pictures, 'cat'), seed })).rejects.toThrow(
      /expected a folder for each class/,
    );
    const one = join(root, 'one');
    await folderOf(
      {
        root: pictures,
        pictures: (await findPictures({ data: pictures, seed })).train.pictures.filter(({ label }) => label === 'cat'),
      },
      2,
      false,
      one,
      'cats',
    );
    await expect(findPictures({ data: join(one, 'cats-2'), seed })).rejects.toThrow("got one, 'cat'");

    const records = join(root, 'records');
    for (const label of ['a', 'b']) {
      await mkdir(join(records, label), { recursive: true });
      await writeFile(join(records, label, 'data_batch_1.bin'), new Uint8Array(3073));
    }
    await expect(findPictures({ data: records, seed })).rejects.toThrow('a record in a file of many');
  });

  it('are refused where a class is only tested', async () => {
    const { test } = await findPictures({ data: pictures, seed });
    const known = { root: pictures, pictures: test.pictures.filter(({ label }) => label !== 'cat') };
    const learned = await folderOf(known, 11, false, join(root, 'known'), 'train');
    await expect(findPictures({ data: learned, test: pictures, seed })).rejects.toThrow('got also cat');
  });
});
