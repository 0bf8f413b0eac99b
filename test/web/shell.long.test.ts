import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describePage } from './page.js';

const LIST = readFileSync(new URL('../../web/src/views.ts', import.meta.url), 'utf8');
const VIEWS = Array.from(LIST.matchAll(/\btitle: '([^']+)'/g), ([, title]) => title!);

describePage('the page', (open) => {
  it('has a tab a view, and number keys for them', async () => {
    const { page } = await open('map');
    expect(await page.getByRole('navigation').getByRole('link').allTextContents()).toEqual(VIEWS);
    for (const [i, view] of VIEWS.entries()) {
      await page.keyboard.press(String(i + 1));
      await page.getByRole('link', { name: view, exact: true, current: 'page' } as never).waitFor();
    }
  });

  it('asks nobody but its own server, whatever view is open', async () => {
    const { page, requests } = await open('map');
    for (const view of VIEWS) {
      await page.getByRole('link', { name: view, exact: true }).click();
      await page.waitForTimeout(100);
    }
    expect(requests.length).toBeGreaterThan(5);
  });

  it('is as the system is, light or dark, until the reader says otherwise', async () => {
    const { page } = await open('map', { colorScheme: 'dark' });
    const theme = (): Promise<string | undefined> => page.evaluate(() => document.documentElement.dataset['theme']);
    expect(await theme()).toBe('dark');
    await page.getByRole('button', { name: 'Switch to light' }).click();
    expect(await theme()).toBe('light');
    await page.reload();
    expect(await theme()).toBe('light');
  });

  it('explains its keys, and lets go of the help with Escape', async () => {
    const { page } = await open('map');
    await page.getByRole('navigation').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('Draw a lasso, or stop it').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  });

  it('goes to the neighbours of a picture that is dropped anywhere', async () => {
    const { page } = await open('map');
    await page.evaluate(async () => {
      const picture = await (await fetch('api/pictures/0/thumbnail?size=64')).blob();
      const transfer = new DataTransfer();
      transfer.items.add(new File([picture], 'new.webp', { type: 'image/webp' }));
      dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
    });
    await page.waitForURL(/#\/neighbours\/new$/);
  });

  it('says that the server is gone, and tries again when asked', async () => {
    const { page, complaints } = await open('map');
    await page.getByRole('combobox', { name: 'Search by file name' }).waitFor();
    await page.route('**/api/**', (route) => route.abort());
    await page.reload();
    await page.getByRole('alert').getByText('The server does not answer').waitFor();
    await page.unroute('**/api/**');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('combobox', { name: 'Search by file name' }).waitFor();
    complaints.length = 0;
  });
});
