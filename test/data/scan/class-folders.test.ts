import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scan } from '#src/data/scan/scan.js';
import { FIRST_RULES } from '#src/data/scan/scan-rules.js';
import { encoder, gradient, useTempDir } from '../pictures.js';

const dir = useTempDir();
const jpeg = await encoder(gradient(12, 8)).jpeg().toBuffer();

async function put(...names: string[]): Promise<void> {
  for (const name of names) {
    const path = join(dir(), name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, jpeg);
  }
}

async function labels(paths: readonly string[] = ['.'], options = {}): Promise<Record<string, string | undefined>> {
  const { pictures } = await scan(
    paths.map((path) => join(dir(), path)),
    options,
  );
  return Object.fromEntries(pictures.map(({ id, label }) => [relative(dir(), id), label]));
}

describe('classes by folders', () => {
  it('are those that a shell names, as in photos/*', async () => {
    await put('cat/1.jpg', 'cat/2.jpg', 'dog/rex/3.jpg', 'dog/4.jpg', 'loose.jpg');
    expect(await labels(['cat', 'dog', 'loose.jpg'])).toEqual({
      'cat/1.jpg': 'cat',
      'cat/2.jpg': 'cat',
      'dog/rex/3.jpg': 'dog',
      'dog/4.jpg': 'dog',
      'loose.jpg': undefined,
    });
    expect(await labels(['cat'])).toEqual({ 'cat/1.jpg': undefined, 'cat/2.jpg': undefined });
  });

  it('are below what is given where most pictures are in folders there', async () => {
    await put('mine/cat/1.jpg', 'mine/dog/2.jpg', 'yours/cat/3.jpg', 'yours/4.jpg');
    expect(await labels(['mine', 'yours'])).toEqual({
      'mine/cat/1.jpg': 'cat',
      'mine/dog/2.jpg': 'dog',
      'yours/cat/3.jpg': 'cat',
      'yours/4.jpg': undefined,
    });
  });

  it.each([
    ['train', 'val'],
    ['train', 'valid', 'test'],
    ['Training', 'Validation'],
    ['train2017', 'val2017'],
    ['train_images', 'test_images', 'unlabeled_images'],
    ['101_ObjectCategories'],
    ['images'],
  ])('are not the parts of a data set: %s', async (...parts) => {
    await put(...parts.flatMap((part) => [`${part}/cat/1.jpg`, `${part}/dog/2.jpg`]));
    const expected = parts.flatMap((part) => [
      [`${part}/cat/1.jpg`, 'cat'],
      [`${part}/dog/2.jpg`, 'dog'],
    ]);
    expect(await labels()).toEqual(Object.fromEntries(expected));
    expect(await labels(parts)).toEqual(Object.fromEntries(expected));
  });

  it('are none where parts have no folders', async () => {
    await put('train/1.jpg', 'val/2.jpg');
    expect(await labels()).toEqual({ 'train/1.jpg': undefined, 'val/2.jpg': undefined });
    expect(await labels(['train', 'val'])).toEqual({ 'train/1.jpg': undefined, 'val/2.jpg': undefined });
  });

  it('may be called as a part is, among others', async () => {
    await put('train/1.jpg', 'bus/2.jpg');
    expect(await labels()).toEqual({ 'train/1.jpg': 'train', 'bus/2.jpg': 'bus' });
  });

  it('pass over folders without pictures, and parts within parts', async () => {
    await put('train/images/cat/1.jpg', 'val/images/cat/2.jpg');
    await mkdir(join(dir(), 'annotations'));
    await writeFile(join(dir(), 'annotations', 'all.txt'), 'cat');
    expect(await labels()).toEqual({ 'train/images/cat/1.jpg': 'cat', 'val/images/cat/2.jpg': 'cat' });
  });

  it('are alike for all ranks, whichever pictures are theirs', async () => {
    const files = Array.from({ length: 12 }, (_, i) => `${i % 2 ? 'train' : 'val'}/${i % 3 ? 'cat' : 'dog'}/${i}.jpg`);
    await put(...files);
    const shares = await Promise.all([0, 1, 2].map((own) => labels(['.'], { shares: { of: 3, own: [own] } })));
    expect(Object.assign({}, ...shares)).toEqual(await labels());
    expect(shares.map((share) => Object.keys(share).length)).not.toContain(12);
  });

  it('come of links in what is given', async () => {
    await put('elsewhere/x/1.jpg', 'elsewhere/y/2.jpg');
    await mkdir(join(dir(), 'root'));
    await symlink(join(dir(), 'elsewhere/x'), join(dir(), 'root/cat'));
    await symlink(join(dir(), 'elsewhere/y'), join(dir(), 'root/dog'));
    expect(await labels(['root/cat', 'root/dog'])).toEqual({ 'root/cat/1.jpg': 'cat', 'root/dog/2.jpg': 'dog' });
  });

  it('were the first folders for version 0.1, and still are for its runs', async () => {
    await put('train/cat/1.jpg', 'val/dog/2.jpg');
    expect(await labels(['.'], { rules: FIRST_RULES })).toEqual({ 'train/cat/1.jpg': 'train', 'val/dog/2.jpg': 'val' });
    expect(await labels(['train/cat', 'val/dog'], { rules: FIRST_RULES })).toEqual({
      'train/cat/1.jpg': undefined,
      'val/dog/2.jpg': undefined,
    });
  });
});
