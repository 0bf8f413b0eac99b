import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { sameRows, selfRows, withoutShared } from '#src/evaluate/overlap.js';
import { tempFolder } from '../store/temp-folder.js';

const root = tempFolder();
const path = (name: string): string => join(root, name);
const ids = (...names: string[]): { ids: string[] } => ({ ids: names.map(path) });

beforeAll(async () => {
  const contents = { a: 'one', b: 'two', copyOfB: 'two', otherCopyOfB: 'two', c: 'same size', d: 'size same' };
  for (const [name, content] of Object.entries(contents)) await writeFile(path(name), content);
});

describe('sameRows', () => {
  it('knows the file and all its copies, in ascending order', async () => {
    const reference = ids('otherCopyOfB', 'a', 'b', 'copyOfB', 'gone', 'c');
    expect(await sameRows(reference, ids('b', 'd', 'gone'))).toEqual([[0, 2, 3], [], [4]]);
  });

  it('knows a file that a link leads to, and by another spelling of its path', async () => {
    await symlink(path('a'), path('link'));
    const reference = { ids: [path('link'), `${root}/./a`] };
    expect(await sameRows(reference, ids('a'))).toEqual([[0, 1]]);
  });
});

describe('withoutShared', () => {
  const reference = { ids: ['a', 'b', 'c'], labels: ['x', null, 'y'], features: Float32Array.of(1, 2, 3), dim: 1 };

  it('leaves a reference without the rows that are in the test', () => {
    expect(withoutShared(reference, [[1], [], [1]])).toEqual({
      ids: ['a', 'c'],
      labels: ['x', 'y'],
      features: Float32Array.of(1, 3),
      dim: 1,
    });
    expect(withoutShared(reference, [[], []])).toBe(reference);
  });

  it('refuses to leave none', () => {
    expect(() => withoutShared(reference, [[0, 1, 2]])).toThrow(
      /^reference: expected pictures that are not in the test/,
    );
  });
});

describe('selfRows', () => {
  it('knows a picture again by its path, wherever it is and whether or not the file is still there', async () => {
    expect(await selfRows(ids('c', 'a', 'gone', 'set#7'), ids('gone', 'a', 'set#7'))).toEqual(Int32Array.of(2, 1, 3));
  });

  it('knows a copy by its bytes, and takes the first of several', async () => {
    expect(await selfRows(ids('a', 'copyOfB', 'otherCopyOfB'), ids('b', 'a'))).toEqual(Int32Array.of(1, 0));
  });

  it('prefers the file itself to a copy of it', async () => {
    expect(await selfRows(ids('copyOfB', 'b'), ids('b'))).toEqual(Int32Array.of(1));
  });

  it('is not misled by files of the same size', async () => {
    expect(await selfRows(ids('c', 'a'), ids('d', 'b', 'gone'))).toEqual(Int32Array.of(-1, -1, -1));
  });

  it('stops when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(selfRows(ids('a'), ids('b'), signal)).rejects.toThrow('enough');
  });
});
