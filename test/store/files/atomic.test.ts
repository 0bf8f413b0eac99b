import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  removeAtomic,
  removeLeftovers,
  replaceFolderAtomic,
  writeFileAtomic,
  writeFilesAtomic,
  writeFolderAtomic,
} from '#src/store/files/atomic.js';
import { tempFolder } from '../temp-folder.js';

const root = tempFolder();

function fresh(name: string): string {
  const path = join(root, name);
  mkdirSync(path);
  return path;
}

describe('writeFileAtomic', () => {
  it('writes strings, bytes and sequences of both, and leaves nothing else behind', async () => {
    const folder = fresh('kinds');
    await writeFileAtomic(join(folder, 'a'), 'über');
    await writeFileAtomic(join(folder, 'b'), Uint8Array.of(0, 255));
    await writeFileAtomic(join(folder, 'c'), ['x', Uint8Array.of(121)]);
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('über');
    expect([...readFileSync(join(folder, 'b'))]).toEqual([0, 255]);
    expect(readFileSync(join(folder, 'c'), 'utf8')).toBe('xy');
    expect(readdirSync(folder)).toEqual(['a', 'b', 'c']);
  });

  it('replaces a file, and keeps the old one whole when the content fails half-way', async () => {
    const folder = fresh('replace');
    const path = join(folder, 'a');
    await writeFileAtomic(path, 'old');
    await writeFileAtomic(path, 'new');
    function* failing(): Generator<string> {
      yield 'half of';
      throw new Error('the disk is full');
    }
    await expect(writeFileAtomic(path, failing())).rejects.toThrow('the disk is full');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(folder)).toEqual(['a']);
  });
});

describe('writeFolderAtomic', () => {
  it('shows the folder only when it is filled', async () => {
    const path = join(fresh('folder'), 'made');
    await writeFolderAtomic(path, async (temp) => {
      mkdirSync(join(temp, 'deeper'));
      await writeFile(join(temp, 'deeper', 'a'), 'x');
      expect(existsSync(path)).toBe(false);
    });
    expect(readFileSync(join(path, 'deeper', 'a'), 'utf8')).toBe('x');
  });

  it('leaves nothing when filling fails, and the old folder when one is there', async () => {
    const folder = fresh('folder-fails');
    const failing = writeFolderAtomic(join(folder, 'made'), async () => {
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(readdirSync(folder)).toEqual([]);

    mkdirSync(join(folder, 'made'));
    writeFileSync(join(folder, 'made', 'a'), 'old');
    await expect(writeFolderAtomic(join(folder, 'made'), async () => {})).rejects.toThrow();
    expect(readFileSync(join(folder, 'made', 'a'), 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['made']);
  });
});

describe('replaceFolderAtomic', () => {
  const holding = (text: string) => (temp: string) => writeFile(join(temp, 'a'), text);

  it('replaces a folder, and keeps the old one whole when filling fails', async () => {
    const folder = fresh('replace-folder');
    const path = join(folder, 'made');
    await replaceFolderAtomic(path, holding('old'));
    await replaceFolderAtomic(path, holding('new'));
    const failing = replaceFolderAtomic(path, async (temp) => {
      await holding('half')(temp);
      throw new Error('the disk is full');
    });
    await expect(failing).rejects.toThrow('the disk is full');
    expect(readFileSync(join(path, 'a'), 'utf8')).toBe('new');
    expect(readdirSync(folder)).toEqual(['made']);
  });

  it('puts the old folder back that a crash between the two has left beside its place', async () => {
    const folder = fresh('replace-after-crash');
    const path = join(folder, 'made');
    await replaceFolderAtomic(path, holding('old'));
    renameSync(path, join(folder, '.made.earlier'));
    const failing = replaceFolderAtomic(path, async () => {
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(readFileSync(join(path, 'a'), 'utf8')).toBe('old');
    await replaceFolderAtomic(path, holding('new'));
    expect(readFileSync(join(path, 'a'), 'utf8')).toBe('new');
    expect(readdirSync(folder)).toEqual(['made']);
  });
});

describe('removing', () => {
  it('removes a folder whole', async () => {
    const folder = fresh('remove');
    await writeFolderAtomic(join(folder, 'made'), (temp) => writeFile(join(temp, 'a'), 'x'));
    await removeAtomic(join(folder, 'made'));
    expect(readdirSync(folder)).toEqual([]);
  });

  it('removes what a crash left, and only that', async () => {
    const folder = fresh('leftovers');
    writeFileSync(join(folder, '.tmp-1'), 'half');
    mkdirSync(join(folder, '.tmp-2'));
    writeFileSync(join(folder, '.tmp-2', 'a'), 'half');
    writeFileSync(join(folder, 'whole'), 'x');
    await removeLeftovers(folder);
    expect(readdirSync(folder)).toEqual(['whole']);
    await removeLeftovers(join(folder, 'not there'));
  });
});

describe('writeFilesAtomic', () => {
  it('writes files in order, so that one can tell of another, and leaves nothing else behind', async () => {
    const folder = fresh('together');
    let written = '';
    function* first(): Generator<string> {
      yield 'first';
      written = 'after the first';
    }
    function* second(): Generator<string> {
      yield written;
    }
    await writeFilesAtomic([
      [join(folder, 'a'), first()],
      [join(folder, 'b'), second()],
    ]);
    expect(readFileSync(join(folder, 'b'), 'utf8')).toBe('after the first');
    expect(readdirSync(folder)).toEqual(['a', 'b']);
  });

  it('leaves all as they were when the last of them fails', async () => {
    const folder = fresh('together-failing');
    const [a, b] = [join(folder, 'a'), join(folder, 'b')];
    await writeFilesAtomic([
      [a, 'old a'],
      [b, 'old b'],
    ]);
    function* failing(): Generator<string> {
      yield 'half of';
      throw new Error('the disk is full');
    }
    const writing = writeFilesAtomic([
      [a, 'new a'],
      [b, failing()],
    ]);
    await expect(writing).rejects.toThrow('the disk is full');
    expect([a, b].map((path) => readFileSync(path, 'utf8'))).toEqual(['old a', 'old b']);
    expect(readdirSync(folder)).toEqual(['a', 'b']);
  });

  it('leaves all as they were where one cannot take its place', async () => {
    const folder = fresh('together-refused');
    const [first, second, taken] = ['a', 'b', 'c'].map((name) => join(folder, name)) as [string, string, string];
    writeFileSync(first, 'old');
    mkdirSync(join(taken, 'full'), { recursive: true });
    const failing = writeFilesAtomic([
      [first, 'new'],
      [second, 'new'],
      [taken, 'new'],
    ]);
    await expect(failing).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining(`${taken}: expected`),
    });
    expect(readFileSync(first, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['a', 'c']);

    await writeFilesAtomic([
      [first, 'new'],
      [second, 'new'],
    ]);
    expect([first, second].map((path) => readFileSync(path, 'utf8'))).toEqual(['new', 'new']);
    expect(readdirSync(folder)).toEqual(['a', 'b', 'c']);
  });
});

it('says of what cannot be written which file it is, not what it was to be called until it is whole', async () => {
  const path = join(root, 'no-folder', 'x.json');
  await expect(writeFileAtomic(path, '')).rejects.toThrow(
    new RegExp(`^${join(root, 'no-folder')}: expected a file or folder, got nothing there`),
  );
});
