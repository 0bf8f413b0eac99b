/** @file Asks the service behind the page, and gives the page files as a hand would. */
/// <reference lib="dom" />
import { readFile } from 'node:fs/promises';
import type { Download, Page } from 'playwright-core';
import { explorer } from './page.js';

/** @param path below /api */
export async function api<T>(path: string, init: RequestInit = {}, url = explorer().url): Promise<T> {
  const answer = await fetch(new URL(`api/${path}`, url), init);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json() as Promise<T>;
}

/** Drops a file of the disk on the page, or pastes it. */
export async function putFile(
  page: Page,
  how: 'drop' | 'paste',
  file: string,
  change: (bytes: Buffer) => Buffer = (bytes) => bytes,
): Promise<void> {
  const base64 = change(await readFile(file)).toString('base64');
  await page.evaluate(
    ([how, base64]) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], 'picture.jpg', { type: 'image/jpeg' }));
      const main = document.querySelector('main')!;
      const options = { bubbles: true, cancelable: true };
      if (how === 'paste') main.dispatchEvent(new ClipboardEvent('paste', { ...options, clipboardData: transfer }));
      else {
        for (const kind of ['dragenter', 'dragover', 'drop']) {
          main.dispatchEvent(new DragEvent(kind, { ...options, dataTransfer: transfer }));
        }
      }
    },
    [how, base64] as const,
  );
}

/** The text of the file that an action downloads. */
export async function downloadedBy(page: Page, act: () => Promise<void>): Promise<{ name: string; text: string }> {
  const started: Promise<Download> = page.waitForEvent('download');
  await act();
  const download = await started;
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  return { name: download.suggestedFilename(), text: Buffer.concat(chunks).toString() };
}
