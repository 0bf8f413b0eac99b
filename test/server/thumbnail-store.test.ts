import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ThumbnailStore } from '#src/server/thumbnail-store.js';
import { tempFolder } from '../cli/cli.js';

const root = tempFolder();
const bytes = (length: number, level: number): Uint8Array => new Uint8Array(length).fill(level);

it('keeps what it is given, also for the next that opens it, and no more than it may', async () => {
  const folder = join(root, 'kept');
  const store = new ThumbnailStore(folder, 250);
  for (const [i, name] of ['a', 'b', 'c'].entries()) await store.set(name, bytes(100, i));
  expect((await readdir(folder)).sort()).toEqual(['b.webp', 'c.webp']);
  const next = new ThumbnailStore(folder, 250);
  expect(await next.get('a')).toBeUndefined();
  expect(Array.from((await next.get('c'))!)).toEqual(Array.from(bytes(100, 2)));
  await next.set('d', bytes(100, 3));
  expect((await readdir(folder)).sort()).toEqual(['c.webp', 'd.webp']);
});

it('gives nothing that is not as it was written', async () => {
  const folder = join(root, 'damaged');
  const store = new ThumbnailStore(folder, 1000);
  await store.set('a', bytes(100, 1));
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
  await store.set('a', bytes(100, 1));
  expect(await store.get('a')).toBeUndefined();
});
