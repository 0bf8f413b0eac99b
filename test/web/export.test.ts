import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { searchPictures } from '#src/collection/search.js';
import { openRun } from '#src/run/open-run.js';
import { searchExact } from '#src/search/exact.js';
import type { Embeddings } from '#src/store/embeddings/embeddings-format.js';
import { MAIN } from '../cli/cli.js';
import { describePage, explorer } from './page.js';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
};
/** Features are kept in half precision, and shown to three digits. */
const TIE = 2e-3;
/** Browser and library reduce a picture alike but for about half a level a pixel. */
const REDUCED_TIE = 2e-2;

describePage('the exported page', (open) => {
  let site: string;
  let server: Server;
  let url: string;
  beforeAll(async () => {
    site = join(explorer().run, '..', 'site');
    await explore('--export', site, '--json');
    server = createServer(async (request, response) => {
      try {
        const { pathname } = new URL(request.url!, 'http://site');
        const path = pathname === '/' ? '/index.html' : pathname;
        const content = await readFile(join(site, path));
        response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(content);
      } catch {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(() => {
    server.close();
  });

  it('has the map and the training, and no tabs that need a server', async () => {
    const { page } = await open('map', { url });
    await page.getByText('72 pictures').first().waitFor();
    const tabs = await page.getByRole('navigation').getByRole('link').allTextContents();
    expect(tabs).toEqual(['Map', 'Neighbours', 'Training']);
  });

  it('finds for a picture of the run what the library finds', async () => {
    const { page } = await open('neighbours/20', { url });
    const { features, dim } = await bank();
    const queries = features.subarray(20 * dim, 21 * dim);
    const { indices, scores } = searchExact({ queries, rows: features, dim, k: 24, exclude: Int32Array.of(20) });
    expectSame(
      await found(page),
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
    const expected = await nearest(file);
    const { page } = await open('neighbours', { url });
    await drop(page, await readFile(file));
    expectSame(await found(page), expected, tie);
  });

  it('lays a white drawing on black as the library does', async () => {
    const file = join(explorer().run, '..', 'white.png');
    const drawing =
      '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><path d="M2 3h9v14z" fill="white"/></svg>';
    await sharp(Buffer.from(drawing)).png().toFile(file);
    const expected = await nearest(file);
    const { page } = await open('neighbours', { url });
    await drop(page, await readFile(file));
    expectSame(await found(page), expected, TIE);
  });

  it('refuses a 16-bit picture that it would see darker than the library does', async () => {
    const dim = sharp(
      Uint16Array.from({ length: 400 }, (_, i) => 10 * i),
      { raw: { width: 20, height: 20, channels: 1 } },
    );
    const { page } = await open('neighbours', { url });
    await drop(page, await dim.toColourspace('grey16').png().toBuffer());
    await page.getByRole('alert').getByText('expected one of 8 bits').waitFor();
  });

  it('says that it cannot read what is no picture', async () => {
    const { page } = await open('neighbours', { url });
    await drop(page, Buffer.from('no picture'));
    await page.getByRole('alert').getByText('expected one that this browser can show').waitFor();
  });

  it('is written over an earlier one, and over nothing else', async () => {
    await explore('--export', site);
    const other = join(explorer().run, '..', 'new');
    await writeFile(join(other, 'precious.txt'), 'kept');
    await expect(explore('--export', other)).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining('expected an empty folder or an earlier export'),
    });
    expect(await readFile(join(other, 'precious.txt'), 'utf8')).toBe('kept');
  });
});

async function explore(...options: string[]): Promise<void> {
  await promisify(execFile)(process.execPath, [MAIN, 'explore', explorer().run, ...options]);
}

async function bank(): Promise<Embeddings> {
  const run = await openRun(explorer().run);
  await run.release();
  return run.embeddings;
}

async function nearest(file: string): Promise<Shown[]> {
  const run = await openRun(explorer().run);
  try {
    const [result] = await searchPictures(run, run.embeddings, [file], 24);
    return result!.matches.map(({ id, similarity }) => ({ row: run.embeddings.ids.indexOf(id), similarity }));
  } finally {
    await run.release();
  }
}

async function drop(page: Page, picture: Buffer): Promise<void> {
  await page.getByRole('navigation').waitFor();
  await page.evaluate((base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], 'new.png', { type: 'image/png' }));
    dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
  }, picture.toString('base64'));
}

interface Shown {
  readonly row: number;
  readonly similarity: number;
}

/** What the page shows, in its order. */
async function found(page: Page): Promise<Shown[]> {
  const links = page.getByRole('region', { name: 'By what it learned' }).getByRole('listitem').getByRole('link');
  await links.first().waitFor({ timeout: 30_000 });
  return links.evaluateAll((all) =>
    all.map((link) => ({
      row: Number(link.getAttribute('href')!.split('/').at(-1)),
      similarity: Number.parseFloat(link.querySelector('.number')!.textContent!),
    })),
  );
}

/** The same pictures in the same order, but for those that are as good as equally near. */
function expectSame(shown: readonly Shown[], expected: readonly Shown[], tie = TIE): void {
  expect(shown).toHaveLength(expected.length);
  const similarityOf = new Map(expected.map(({ row, similarity }) => [row, similarity]));
  for (const [i, { similarity }] of expected.entries()) {
    const { row, similarity: similarityShown } = shown[i]!;
    expect(Math.abs(similarityShown - similarity)).toBeLessThan(tie);
    const own = similarityOf.get(row) ?? expected.at(-1)!.similarity;
    expect(Math.abs(own - similarity)).toBeLessThan(tie);
  }
}
