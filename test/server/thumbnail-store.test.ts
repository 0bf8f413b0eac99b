import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ThumbnailStore } from '#src/server/thumbnail-store.js';
import { tempFolder } from '../cli/cli.js';

const root = tempFolder();
const FILE = { size: 1000, mtimeMs: 1.7e12 };
const bytes = (length: number, level: number): Uint8Array => new Uint8Array(length).fill(level);

it('keeps what it is given, also for the next that opens it, and no more than it may', async () => {
  const folder = join(root, 'kept');
  const store = new ThumbnailStore(folder, 250);
  for (const [i, name] of ['a', 'b', 'c'].entries()) await store.set(name, bytes(100, i), FILE);
  expect((await readdir(folder)).sort()).toEqual(['b.webp', 'c.webp']);
  const next = new ThumbnailStore(folder, 250);
  expect(await next.get('a')).toBeUndefined();
  expect(Array.from((await next.get('c'))!)).toEqual(Array.from(bytes(100, 2)));
  await next.set('d', bytes(100, 3), FILE);
  expect((await readdir(folder)).sort()).toEqual(['c.webp', 'd.webp']);
});

it('stays within its bound whatever is written at once, and whatever was there', async () => {
  const folder = join(root, 'bound');
  const weight = async (): Promise<number> => {
    const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size));
    return sizes.reduce((sum, size) => sum + size, 0);
  };
  const fill = async (store: ThumbnailStore, prefix: string): Promise<void> => {
    await Promise.all(
      Array.from({ length: 40 }, (_, i) => store.set(`${prefix}${i % 30}`, bytes(50 + 37 * (i % 9), i), FILE)),
    );
  };
  await fill(new ThumbnailStore(folder, 100_000), 'a');
  expect(await weight()).toBeGreaterThan(3000);
  await fill(new ThumbnailStore(folder, 2000), 'b');
  expect(await weight()).toBeLessThanOrEqual(2000);
  expect(await weight()).toBeGreaterThan(1000);
});

it('gives nothing of a file that has changed, and all of one that is gone', async () => {
  const store = new ThumbnailStore(join(root, 'changed'), 1000);
  await store.set('a', bytes(100, 1), FILE);
  expect(await store.get('a', FILE)).toBeDefined();
  expect(await store.get('a', { ...FILE, mtimeMs: 1 })).toBeUndefined();
  expect(await store.get('a', { ...FILE, size: 1 })).toBeUndefined();
  expect(Array.from((await store.get('a'))!)).toEqual(Array.from(bytes(100, 1)));
});

it('gives nothing that is not as it was written', async () => {
  const folder = join(root, 'damaged');
  const store = new ThumbnailStore(folder, 1000);
  await store.set('a', bytes(100, 1), FILE);
  const file = await readFile(join(folder, 'a.webp'));
  file[50] = 9;
  await writeFile(join(folder, 'a.webp'), file);
  expect(await store.get('a')).toBeUndefined();
  await writeFile(join(folder, 'a.webp'), 'x');
  expect(await store.get('a')).toBeUndefined();
});

it('does without where nothing can be written', async () => {
  const file = join(root, 'file');
  await writeFile(file, '');
  await chmod(file, 0o400);
  const store = new ThumbnailStore(join(file, 'thumbnails'), 1000);
  await store.set('a', bytes(100, 1), FILE);
  expect(await store.get('a')).toBeUndefined();
});
