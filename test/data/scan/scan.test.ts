/** @file Scanning real folders, good and bad. */

import { link, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataError } from '#src/core/errors.js';
import { failureReason } from '#src/data/picture.js';
import { scan } from '#src/data/scan/scan.js';
import { encoder, gradient, hugePng, useTempDir } from '../pictures.js';

const dir = useTempDir();
const jpeg = await encoder(gradient(12, 8)).jpeg().toBuffer();

async function put(name: string, contents: Uint8Array | string = jpeg): Promise<string> {
  const path = join(dir(), name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, contents);
  return path;
}

describe('scan', () => {
  it('finds pictures at any depth, sorted by path, labelled by the first folder below the root', async () => {
    await put('dogs/rex/b.jpg');
    await put('cats/a.jpg');
    await put('Zebras/z.jpg');
    await put('loose.jpg');
    const { pictures, formats } = await scan([dir()]);
    expect(pictures.map(({ id, label }) => [relative(dir(), id), label])).toEqual([
      ['Zebras/z.jpg', 'Zebras'],
      ['cats/a.jpg', 'cats'],
      ['dogs/rex/b.jpg', 'dogs'],
      ['loose.jpg', undefined],
    ]);
    expect(pictures[0]).toMatchObject({ width: 12, height: 8, size: jpeg.length });
    expect(formats).toEqual({ JPEG: 4 });
  });

  it('takes a mix of files and folders, and each real file once', async () => {
    const a = await put('one/a.jpg');
    await put('two/b.jpg');
    await symlink(a, join(dir(), 'two/alias.jpg'));
    const { pictures } = await scan([join(dir(), 'two'), a, dir(), join(dir(), 'one')]);
    expect(pictures.map(({ id }) => relative(dir(), id))).toEqual(['one/a.jpg', 'two/b.jpg']);
  });

  it('knows a file by its own path rather than by a link to it', async () => {
    await put('real/x.jpg');
    await symlink(join(dir(), 'real'), join(dir(), 'alias'));
    const { pictures } = await scan([dir()]);
    expect(pictures.map(({ id, label }) => [relative(dir(), id), label])).toEqual([['real/x.jpg', 'real']]);
  });

  it('follows links to folders elsewhere, which give the class its name', async () => {
    await put('elsewhere/deep/x.jpg');
    await mkdir(join(dir(), 'root'));
    await symlink(join(dir(), 'elsewhere'), join(dir(), 'root/birds'));
    const { pictures } = await scan([join(dir(), 'root')]);
    expect(pictures.map(({ id, label }) => [relative(dir(), id), label])).toEqual([['root/birds/deep/x.jpg', 'birds']]);
  });

  it('tells each link to what is there already, and by which name it counts', async () => {
    const a = await put('one/a.jpg');
    await put('elsewhere/x.jpg');
    await mkdir(join(dir(), 'root'));
    await symlink(a, join(dir(), 'one/again.jpg'));
    await symlink(join(dir(), 'elsewhere/x.jpg'), join(dir(), 'one/z.jpg'));
    await symlink(join(dir(), 'elsewhere/x.jpg'), join(dir(), 'root/b.jpg'));
    await symlink(join(dir(), 'elsewhere'), join(dir(), 'root/c'));
    const told = async (...folders: string[]): Promise<unknown> => {
      const { pictures, aliases } = await scan(folders.map((folder) => join(dir(), folder)));
      const short = (path: string): string => relative(dir(), path);
      return [pictures.map(({ id }) => short(id)), aliases.map(({ path, of }) => [short(path), short(of)])];
    };
    const expected = [
      ['one/a.jpg', 'one/z.jpg'],
      [
        ['one/again.jpg', 'one/a.jpg'],
        ['root/b.jpg', 'one/z.jpg'],
      ],
    ];
    // Whatever the order of the folders, the first path of several links counts.
    expect(await told('one', 'root')).toEqual(expected);
    expect(await told('root', 'one')).toEqual(expected);
  });

  it('counts hard links each, as copies', async () => {
    await link(await put('a.jpg'), join(dir(), 'b.jpg'));
    expect((await scan([dir()])).pictures.map(({ id }) => relative(dir(), id))).toEqual(['a.jpg', 'b.jpg']);
  });

  it('counts every format by what the file holds, whatever its name', async () => {
    const picture = encoder(gradient(16, 16));
    for (const format of ['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const) {
      await put(`${format}.photo`, await picture.clone().toFormat(format).toBuffer());
    }
    await put('really-a-png.jpg', await picture.clone().png().toBuffer());
    await put('no-extension');
    const { formats, skipped } = await scan([dir()]);
    expect(formats).toEqual({ JPEG: 2, PNG: 2, WebP: 1, AVIF: 1, GIF: 1, TIFF: 1 });
    expect(skipped).toEqual([]);
  });

  it('scans a bad folder whole, and says what is wrong with each file', async () => {
    await put('good.jpg');
    await put(`it's "odd" \n 🦊 [1].jpg`);
    await put('empty.jpg', '');
    await put('text.jpg', 'Dear diary, today I was renamed.');
    await put('old.bmp', Buffer.concat([Buffer.from('BM'), Buffer.alloc(60)]));
    await put('drawing.svg', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    await put('huge.png', hugePng(20_000, 20_000));
    await put('data_batch_1.bin', Buffer.alloc(3072));
    await put('notes.txt', 'nobody says that this is a picture');
    await put('.hidden.jpg');
    await put('.thumbnails/x.jpg');
    await symlink(dir(), join(dir(), 'loop'));
    await symlink(join(dir(), 'nowhere.jpg'), join(dir(), 'dangling.jpg'));
    await symlink('circle', join(dir(), 'circle'));
    const report = await scan([dir()]);
    expect(report.pictures.map(({ id }) => relative(dir(), id))).toEqual(['good.jpg', `it's "odd" \n 🦊 [1].jpg`]);
    expect(report.numOtherFiles).toBe(1);
    const reasons = Object.fromEntries(report.skipped.map(({ path, reason }) => [relative(dir(), path), reason]));
    expect(reasons).toEqual({
      circle: expect.stringMatching(/^link: ELOOP/),
      'dangling.jpg': 'link: nothing is there',
      'data_batch_1.bin': 'CIFAR: expected a multiple of 3073 bytes, got 3072; the file may be cut short',
      'drawing.svg': 'SVG is not among the formats taken; convert it to PNG',
      'empty.jpg': 'the file is empty',
      'huge.png': '20000 × 20000 is 400 million pixels, more than the limit of 100',
      'old.bmp': 'damaged: BMP data that cannot be decoded',
      'text.jpg': 'no picture but text',
    });
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('skips what it may not read', async () => {
    await put('good.jpg');
    await writeFile(join(dir(), 'secret.jpg'), jpeg, { mode: 0o000 });
    await mkdir(join(dir(), 'secrets'), { mode: 0o000 });
    const { skipped } = await scan([dir()]);
    expect(skipped.map(({ reason }) => reason)).toEqual([
      'no permission to read it',
      'folder: no permission to read it',
    ]);
  });

  it('calls a lack of permission by its name', () => {
    expect(failureReason(Object.assign(new Error('EACCES: …'), { code: 'EACCES' }))).toBe('no permission to read it');
  });

  it('gives a picture the size it has after its EXIF orientation', async () => {
    await put('turned.jpg', await encoder(gradient(12, 8)).jpeg().withMetadata({ orientation: 6 }).toBuffer());
    expect((await scan([dir()])).pictures[0]).toMatchObject({ width: 8, height: 12 });
  });

  it('takes its labels from a map alone where one is given', async () => {
    const a = await put('cats/a.jpg');
    await put('cats/b.jpg');
    const { pictures } = await scan([dir()], { labels: new Map([[a, 'tabby']]) });
    expect(pictures.map(({ label }) => label)).toEqual(['tabby', undefined]);
  });

  it('refuses labels of which none names a picture', async () => {
    await put('a.jpg');
    await expect(scan([dir()], { labels: new Map([['/elsewhere/a.jpg', 'cat']]) })).rejects.toThrow(
      /labels: expected the paths of pictures such as .*a\.jpg, got 1 others\. \/elsewhere\/a\.jpg: there is a picture .*a\.jpg/,
    );
  });

  it('refuses a path that does not exist, naming it', async () => {
    const scanning = scan([join(dir(), 'nowhere')]);
    await expect(scanning).rejects.toThrow(DataError);
    await expect(scanning).rejects.toThrow(/nowhere: expected a file or folder, got: nothing is there/);
  });

  it('refuses a folder without pictures, with an example of what it skipped', async () => {
    await put('broken.jpg', '');
    await expect(scan([dir()])).rejects.toThrow(
      /expected pictures \(JPEG, .*\), got none in 1 files; skipped 1, e\.g\. .*broken\.jpg \(the file is empty\)/,
    );
  });

  it('reports progress, and stops when told', async () => {
    for (let i = 0; i < 40; i++) await put(`${i}.jpg`);
    const seen: number[] = [];
    const abort = new AbortController();
    const onProgress = (done: number): void => {
      seen.push(done);
      if (done === 3) abort.abort(new Error('enough'));
    };
    await expect(scan([dir()], { onProgress, signal: abort.signal })).rejects.toThrow('enough');
    expect(seen).toEqual([1, 2, 3]);
  });
});
