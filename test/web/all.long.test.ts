/// <reference lib="dom" />
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { largeMap } from './large-map.js';
import { describePage, explorer } from './page.js';

/** Pictures on the screen: their names, and whether all are drawn. */
function onScreen(
  page: Page,
): Promise<{ readonly names: string[]; readonly areDrawn: boolean; readonly inPage: number }> {
  return page.evaluate(() => {
    const all = Array.from(document.querySelectorAll<HTMLImageElement>('.all img'));
    const { top, bottom } = document.querySelector('main')!.getBoundingClientRect();
    const seen = all.filter((image) => {
      const place = image.getBoundingClientRect();
      return place.bottom > top && place.top < bottom;
    });
    const areDrawn = seen.length > 0 && seen.every(({ complete, naturalWidth }) => complete && naturalWidth > 0);
    return { names: seen.map(({ alt }) => alt), areDrawn, inPage: all.length };
  });
}

describePage('all pictures', (open) => {
  it('are a list that scrolls, of which what is near the screen is there, to the very last', async () => {
    const { page } = await open('all');
    await page.route('**/api/map', (route) => route.fulfill({ body: Buffer.from(largeMap(20_000)) }));
    const thumbnail = join(explorer().newPictures, 'cat', '00006.jpg');
    await page.route('**/thumbnail*', (route) => route.fulfill({ path: thumbnail }));
    await page.reload();
    await page.getByText('20,000 pictures').waitFor();
    for (const [part, expected] of [
      [0, '0.jpg'],
      [0.5, /^\d{4,5}\.jpg$/],
      [1, '19999.jpg'],
    ] as const) {
      await page.evaluate((part) => {
        const main = document.querySelector('main')!;
        main.scrollTop = part * main.scrollHeight;
      }, part);
      await expect.poll(async () => (await onScreen(page)).areDrawn).toBe(true);
      const { names, inPage } = await onScreen(page);
      expect(names.at(part === 1 ? -1 : 0)).toMatch(expected);
      expect(names.length).toBeGreaterThan(20);
      expect(inPage).toBeLessThan(1000);
    }
  });

  it('are found by their file names, and lead to their neighbours', async () => {
    const { page } = await open('all');
    await page.getByText('72 pictures').waitFor();
    await page.getByRole('searchbox', { name: 'Find pictures by file name' }).fill('CAT/00003');
    await page.getByText('1 picture', { exact: true }).waitFor();
    await page.locator('.all a').click();
    await page.waitForURL(/#\/neighbours\/\d+$/);
    await page.goBack();
    await page.getByRole('searchbox', { name: 'Find pictures by file name' }).fill('zebra');
    await page.getByText('No file has this in its name').waitFor();
  });
});
