import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, expect, it } from 'vitest';
import { openRun } from '#src/run/open-run.js';
import { searchExact } from '#src/search/exact.js';
import type { Embeddings } from '#src/store/embeddings/embeddings-format.js';
import { describePage, explorer } from './page.js';
import { dropOn, expectSame, explore, foundOn, nearestTo, REDUCED_TIE, serveFolder, TIE } from './site.js';

describePage('the exported page', (open) => {
  let site: string;
  let url: string;
  beforeAll(async () => {
    site = join(explorer().run, '..', 'site');
    expect(await explore(explorer().run, '--export', site)).toMatchObject({ code: 0 });
    const server = await serveFolder(site);
    url = server.url;
    return () => server.close();
  });

  it('has the map and the training, and no tabs that need a server', async () => {
    const { page } = await open('map', { url });
    await page.getByText('72 pictures').first().waitFor();
    const tabs = await page.getByRole('navigation').getByRole('link').allTextContents();
    expect(tabs).toEqual(['Map', 'Neighbours', 'Training', 'All']);
  });

  it('finds for a picture of the run what the library finds', async () => {
    const { page } = await open('neighbours/20', { url });
    const { features, dim } = await bank();
    const queries = features.subarray(20 * dim, 21 * dim);
    const { indices, scores } = searchExact({ queries, rows: features, dim, k: 24, exclude: Int32Array.of(20) });
    expectSame(
      await foundOn(page),
      Array.from(indices, (row, i) => ({ row, similarity: scores[i]! })),
    );
  });

  it.each([
    ['that is small', 20, TIE],
    ['that is reduced first', 97, REDUCED_TIE],
  ])('finds for a new picture %s what the library finds', async (_, size, tie) => {
    const file = join(explorer().run, '..', `new-${size}.png`);
    await sharp(join(explorer().newPictures, 'cat', '00006.jpg'))
      .resize(size, size)
      .png()
      .toFile(file);
    const expected = await nearestTo(file, explorer().run);
    const { page } = await open('neighbours', { url });
    await dropOn(page, await readFile(file));
    expectSame(await foundOn(page), expected, tie);
  });

  it('lays a white drawing on black as the library does', async () => {
    const file = join(explorer().run, '..', 'white.png');
    const drawing =
      '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><path d="M2 3h9v14z" fill="white"/></svg>';
    await sharp(Buffer.from(drawing)).png().toFile(file);
    const expected = await nearestTo(file, explorer().run);
    const { page } = await open('neighbours', { url });
    await dropOn(page, await readFile(file));
    expectSame(await foundOn(page), expected, TIE);
  });

  it('refuses a 16-bit picture that it would see darker than the library does', async () => {
    const dim = sharp(
      Uint16Array.from({ length: 400 }, (_, i) => 10 * i),
      { raw: { width: 20, height: 20, channels: 1 } },
    );
    const { page } = await open('neighbours', { url });
    await dropOn(page, await dim.toColourspace('grey16').png().toBuffer());
    await page.getByRole('alert').getByText('expected one of 8 bits').waitFor();
  });

  it('says that it cannot read what is no picture', async () => {
    const { page } = await open('neighbours', { url });
    await dropOn(page, Buffer.from('no picture'));
    const said = 'HEIC, JPEG XL, GIF, TIFF or BMP, got something else: no picture but text.';
    await page.getByRole('alert').getByText(said).waitFor();
  });

  it('says what it weighs, and of that the thumbnails, whose size is chosen', async () => {
    const weigh = async (size: string): Promise<{ numBytes: number; thumbnailBytes: number }> => {
      const { stdout } = await explore(
        explorer().run,
        '--export',
        join(site, '..', `of-${size}`),
        '--thumbnails',
        size,
        '--json',
      );
      return JSON.parse(stdout);
    };
    const [small, large] = [await weigh('64'), await weigh('256')];
    const data = join(site, '..', 'of-64', 'data');
    const folder = join(data, (await readdir(data))[0]!, 'thumbnails', '0');
    const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name))));
    expect(small.thumbnailBytes).toBe(files.reduce((sum, { length }) => sum + length, 0));
    expect(small.numBytes - small.thumbnailBytes).toBe(large.numBytes - large.thumbnailBytes);
    expect(await explore(explorer().run, '--export', folder, '--thumbnails', '99')).toMatchObject({ code: 2 });
    expect(await explore(explorer().run, '--thumbnails', '64')).toMatchObject({ code: 2 });
  });

  it('is written over an earlier one, and over nothing else', async () => {
    expect(await explore(explorer().run, '--export', site)).toMatchObject({ code: 0 });
    const other = join(explorer().run, '..', 'new');
    await writeFile(join(other, 'precious.txt'), 'kept');
    expect(await explore(explorer().run, '--export', other)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('expected an empty folder or an earlier export'),
    });
    expect(await readFile(join(other, 'precious.txt'), 'utf8')).toBe('kept');
  });
});

async function bank(): Promise<Embeddings> {
  const run = await openRun(explorer().run);
  await run.release();
  return run.embeddings;
}
