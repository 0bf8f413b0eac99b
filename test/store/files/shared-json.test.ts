import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { SharedJson } from '#src/store/files/shared-json.js';
import { tempFolder } from '../temp-folder.js';

const root = tempFolder();
const numbers = (name: string): SharedJson<number[]> => new SharedJson(join(root, name), z.array(z.number()), []);

it('is empty where there is no file, and loses none of many changes at once', async () => {
  expect(await numbers('a.json').read()).toEqual([]);
  const all = Array.from({ length: 12 }, (_, i) => i);
  await Promise.all(all.map((i) => numbers('a.json').update((old) => [...old, i])));
  expect((await numbers('a.json').read()).sort((a, b) => a - b)).toEqual(all);
});

it('keeps what it holds when a change fails, and takes the next', async () => {
  const file = numbers('b.json');
  await file.update(() => [1]);
  await expect(
    file.update(() => {
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  expect(await file.update((old) => [...old, 2])).toEqual([1, 2]);
});

it.each(['', '[1', '["one"]'])('says of the damaged file %j what to do, and leaves it', async (text) => {
  const path = join(root, 'c.json');
  await writeFile(path, text);
  await expect(numbers('c.json').update(() => [])).rejects.toThrow(
    `${path}: expected it as it was written, got something else. Restore it from a backup, or remove it`,
  );
  expect(await readFile(path, 'utf8')).toBe(text);
});
