/** @file An exported page on a web server of its own, and what it shows. */
/// <reference lib="dom" />
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { searchPictures } from '#src/collection/search.js';
import { openRun } from '#src/run/open-run.js';
import { type Ended, here } from '../cli/cli.js';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
};
/** Features are kept in half precision, and shown to three digits. */
export const TIE = 2e-3;
/** Browser and library reduce a picture alike but for about half a level a pixel. */
export const REDUCED_TIE = 2e-2;

/** Runs `instdisc explore`, in this process. */
export function explore(run: string, ...options: string[]): Promise<Ended> {
  return here(['explore', run, ...options]);
}

export async function serveFolder(folder: string): Promise<{ readonly url: string; close(): void }> {
  const server = createServer(async (request, response) => {
    try {
      const { pathname } = new URL(request.url!, 'http://site');
      const path = pathname === '/' ? '/index.html' : pathname;
      const content = await readFile(join(folder, path));
      response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => void server.close(),
  };
}

export interface Shown {
  readonly row: number;
  readonly similarity: number;
}

/** What the library finds. */
export async function nearestTo(file: string, runPath: string, k = 24): Promise<Shown[]> {
  const run = await openRun(runPath);
  try {
    const [result] = await searchPictures(run, run.embeddings, [file], k);
    return result!.matches.map(({ id, similarity }) => ({ row: run.embeddings.ids.indexOf(id), similarity }));
  } finally {
    await run.release();
  }
}

export async function dropOn(page: Page, picture: Buffer): Promise<void> {
  await page.getByRole('navigation').waitFor();
  await page.evaluate((base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], 'new.png', { type: 'image/png' }));
    dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
  }, picture.toString('base64'));
}

/** What the page shows, in its order. */
export async function foundOn(page: Page): Promise<Shown[]> {
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
export function expectSame(shown: readonly Shown[], expected: readonly Shown[], tie = TIE): void {
  expect(shown).toHaveLength(expected.length);
  const similarityOf = new Map(expected.map(({ row, similarity }) => [row, similarity]));
  for (const [i, { similarity }] of expected.entries()) {
    const { row, similarity: similarityShown } = shown[i]!;
    expect(Math.abs(similarityShown - similarity)).toBeLessThan(tie);
    const own = similarityOf.get(row) ?? expected.at(-1)!.similarity;
    expect(Math.abs(own - similarity)).toBeLessThan(tie);
  }
}
