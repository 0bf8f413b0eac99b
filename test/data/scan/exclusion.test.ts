import { execFile, spawnSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ArgumentError } from '#src/core/errors.js';
import { scan } from '#src/data/scan/scan.js';
import { FIRST_RULES, movedWord, type ScanRules, USUAL_RULES, withExcluded } from '#src/data/scan/scan-rules.js';
import { encoder, gradient, useTempDir } from '../pictures.js';

const hasGit = spawnSync('git', ['--version']).status === 0;
const dir = useTempDir();
const jpeg = await encoder(gradient(12, 8)).jpeg().toBuffer();

async function put(...names: string[]): Promise<void> {
  for (const name of names) {
    const path = join(dir(), name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, jpeg);
  }
}

/** What is found below some folders, or by default below the one folder. */
async function found(rules: ScanRules, ...paths: string[]): Promise<string[]> {
  const { pictures } = await scan(paths.length === 0 ? [dir()] : paths.map((path) => join(dir(), path)), { rules });
  return pictures.map(({ id }) => relative(dir(), id));
}

const without = (...words: string[]): ScanRules => withExcluded(USUAL_RULES, words, [dir()]);

describe('words of --exclude', () => {
  it.skipIf(!hasGit)('leave out what git leaves out by them', async () => {
    const names = [
      'a.jpg',
      'a.PNG',
      'b/a.jpg',
      'b/c/d.jpg',
      'b/c/e.png',
      'c/a.jpg',
      'masks/1.jpg',
      'x/masks/1.jpg',
      'masks.jpg',
      'Ünïcode.jpg',
    ];
    await put(...names);
    const git = promisify(execFile);
    await git('git', ['init', '-q', dir()]);
    for (const words of [
      ['*.png'],
      ['masks/'],
      ['masks'],
      ['b/c'],
      ['/c'],
      ['c'],
      ['b/**'],
      ['**/c/*.png'],
      ['*', '!*/', '!a.jpg'],
      ['a.*', '!b/a.jpg'],
      ['[ab].jpg'],
      ['Ünïcode.jpg'],
      ['x/*/1.jpg'],
    ]) {
      // Capitals count for git on this system, and not here.
      await writeFile(join(dir(), '.gitignore'), `${words.join('\n')}\n*.PNG\n`);
      const { stdout } = await git('git', ['-C', dir(), 'ls-files', '-z', '--others', '--exclude-standard']);
      const kept = stdout.split('\0').filter((name) => /\.(jpg|png)$/.test(name));
      expect(await found(without(...words, '*.PNG')), words.join(' ')).toEqual(
        kept.filter((name) => !name.endsWith('.png')).sort(),
      );
    }
  });

  it('take capitals and compositions of names alike, braces, and parentheses for themselves', async () => {
    await put('IMG (1).jpg', 'img 1.jpg', 'Mo\u0308we.jpg', 'z.webp', 'z.tiff');
    expect(await found(without('img (1).JPG', 'M\u00f6we.*'))).toEqual(['img 1.jpg', 'z.tiff', 'z.webp']);
    expect(await found(without('*.{webp,tiff}'))).toEqual(['IMG (1).jpg', 'Mo\u0308we.jpg', 'img 1.jpg']);
    expect(await found(without('*#*', 'z.*'))).toHaveLength(3);
  });

  it('are paths where they lead from here to below what is read', async () => {
    await put('one/old/a.jpg', 'two/old/b.jpg', 'two/c.jpg');
    const [one, two] = [join(dir(), 'one'), join(dir(), 'two')];
    const words = (...given: string[]): ScanRules => withExcluded(USUAL_RULES, given, [one, two]);
    expect(await found(words(join(one, 'old')), 'one', 'two')).toEqual(['two/c.jpg', 'two/old/b.jpg']);
    expect(await found(words(`${relative(process.cwd(), join(two, 'old'))}/`), 'one', 'two')).toEqual([
      'one/old/a.jpg',
      'two/c.jpg',
    ]);
    // Beside one another, they are as what is in their folder.
    expect(await found(words('one/'), 'one', 'two')).toEqual(['two/c.jpg', 'two/old/b.jpg']);
    expect(await found(words('two/old'), 'one', 'two')).toEqual(['one/old/a.jpg', 'two/c.jpg']);
  });

  it('move with what they lead to', () => {
    const move = (path: string): string | undefined =>
      path.startsWith('/old/') ? path.replace('old', 'new') : undefined;
    expect(['!/old/x/', '/old/y', '*.png', '/older', 'old/z'].map((word) => movedWord(word, move))).toEqual([
      ...['!/new/x/', '/new/y', '*.png', '/older', 'old/z'],
    ]);
  });

  it('refuses one that says nothing', () => {
    for (const word of ['', '!', '/']) expect(() => without(word)).toThrow(ArgumentError);
    expect(() => without('')).toThrow(
      "exclude: expected the name of files or folders, such as '*.png' or masks/, got ''.",
    );
  });
});

describe('what systems leave among pictures', () => {
  it('is left out, told, and can be taken back', async () => {
    await put(
      'a.jpg',
      '@eaDir/a.jpg/thumb.jpg',
      'deep/@EADIR/b.jpg',
      '#recycle/c.jpg',
      '$RECYCLE.BIN/d.jpg',
      'Thumbs/e.jpg',
    );
    await put(
      '.Trash-1000/files/f.jpg',
      '__MACOSX/g.jpg',
      'My.photoslibrary/resources/h.jpg',
      'My.photoslibrary/originals/i.jpg',
    );
    await put('.hidden/j.jpg');
    const { pictures, excluded } = await scan([dir()]);
    expect(pictures.map(({ id }) => relative(dir(), id))).toEqual(['My.photoslibrary/originals/i.jpg', 'a.jpg']);
    expect(
      Object.fromEntries(excluded.map(({ word, numFolders, numFiles }) => [word, [numFolders, numFiles]])),
    ).toEqual({
      '@eaDir/': [2, 0],
      '#recycle/': [1, 0],
      '$RECYCLE.BIN/': [1, 0],
      'Thumbs/': [1, 0],
      '.Trash-*/': [1, 0],
      '__MACOSX/': [1, 0],
      '**/*.photoslibrary/resources/': [1, 0],
    });
    expect(await found(without('!Thumbs/'))).toContain('Thumbs/e.jpg');
    // As a shell has found it; named alone, it is meant.
    expect(await found(USUAL_RULES, 'a.jpg', 'Thumbs')).toEqual(['a.jpg']);
    expect(await found(USUAL_RULES, 'Thumbs')).toEqual(['Thumbs/e.jpg']);
  });

  it('was read by version 0.1, and still is for its runs', async () => {
    await put('a.jpg', '@eaDir/b.jpg');
    expect(await found(FIRST_RULES)).toEqual(['@eaDir/b.jpg', 'a.jpg']);
  });

  it('is left out behind links, too', async () => {
    await put('elsewhere/@eaDir/a.jpg', 'elsewhere/b.jpg');
    await mkdir(join(dir(), 'root'));
    await symlink(join(dir(), 'elsewhere'), join(dir(), 'root/link'));
    await symlink(join(dir(), 'elsewhere'), join(dir(), 'root/Thumbs'));
    const { pictures, excluded } = await scan([join(dir(), 'root')]);
    expect(pictures.map(({ id }) => relative(dir(), id))).toEqual(['root/link/b.jpg']);
    expect(excluded.map(({ word }) => word)).toEqual(['@eaDir/', 'Thumbs/']);
  });
});
