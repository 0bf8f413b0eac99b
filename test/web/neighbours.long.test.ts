/// <reference lib="dom" />
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { Neighbour, SearchAnswer } from '#src/server/api.js';
import { api, putFile } from './ask.js';
import { describePage, explorer } from './page.js';

const learned = (page: Page): Locator => page.getByRole('region', { name: 'By what it learned' });
const byPixels = (page: Page): Locator => page.getByRole('region', { name: 'By raw pixels' });

/** Rows and similarities as they are shown, in order. */
async function shown(found: Locator): Promise<{ row: number; similarity: string }[]> {
  await found.getByRole('link').first().waitFor();
  return found.getByRole('link').evaluateAll((links) =>
    links.map((link) => ({
      row: Number((link as HTMLAnchorElement).hash.split('/').at(-1)),
      similarity: link.querySelector('.number')!.textContent!,
    })),
  );
}

function expected(neighbours: readonly Neighbour[]): { row: number; similarity: string }[] {
  return neighbours.map(({ row, similarity }) => ({ row, similarity: similarity.toFixed(3) }));
}

async function newPicture(): Promise<string> {
  const { newPictures } = explorer();
  const files = await readdir(newPictures, { recursive: true });
  return join(newPictures, files.filter((file) => file.endsWith('.jpg')).sort()[3]!);
}

describePage('the neighbours of a picture of the run', (open) => {
  it('are those of the service, with how many share the label', async () => {
    const { page } = await open('neighbours/8');
    const [own, { neighbours }] = await Promise.all([
      api<Neighbour>('pictures/8'),
      api<SearchAnswer>('pictures/8/neighbours?k=24'),
    ]);
    expect(await shown(learned(page))).toEqual(expected(neighbours));
    const same = neighbours.filter(({ label }) => label === own.label).length;
    await learned(page).getByText(`${same} of 24 share its label`).waitFor();
    await page.getByRole('heading', { name: own.name }).waitFor();
  });

  it('stand beside those of raw pixels, and are as many as asked for', async () => {
    const { page } = await open('neighbours/8');
    await page.getByRole('checkbox', { name: 'Compare with raw pixels' }).check();
    await page.getByRole('combobox', { name: 'Show' }).selectOption('12');
    const answer = await api<SearchAnswer>('pictures/8/neighbours?k=12&compare=pixels');
    await expect.poll(() => shown(byPixels(page))).toEqual(expected(answer.byPixels!));
    expect(await shown(learned(page))).toEqual(expected(answer.neighbours));
    const [left, right] = await Promise.all([learned(page).boundingBox(), byPixels(page).boundingBox()]);
    expect(right!.x).toBeGreaterThan(left!.x);
    expect(right!.y).toBe(left!.y);
  });

  it('do not wait for raw pixels, which are asked for until all pictures have been looked at', async () => {
    const { page } = await open('neighbours');
    let numAsked = 0;
    await page.route('**/neighbours?*compare=pixels', async (route) => {
      const answer = await (await route.fetch()).json();
      await route.fulfill({ json: numAsked++ === 0 ? { ...answer, byPixels: undefined } : answer });
    });
    await page.evaluate(() => location.assign('#/neighbours/8'));
    await page.getByRole('checkbox', { name: 'Compare with raw pixels' }).check();
    await page.getByText('Loading the pixels of all pictures').waitFor();
    const answer = await api<SearchAnswer>('pictures/8/neighbours?k=24&compare=pixels');
    expect(await shown(learned(page))).toEqual(expected(answer.neighbours));
    expect(await shown(byPixels(page))).toEqual(expected(answer.byPixels!));
    expect(numAsked).toBe(2);
  });

  it('are a walk with a way back, by click and by the history of the browser', async () => {
    const { page } = await open('neighbours/8');
    const walk = page.getByRole('navigation', { name: 'Your walk' }).getByRole('link');
    const first = (await shown(learned(page)))[0]!.row;
    await learned(page).getByRole('link').first().click();
    await page.waitForURL(`**#/neighbours/${first}`);
    await expect.poll(() => walk.count()).toBe(2);
    const { neighbours } = await api<SearchAnswer>(`pictures/${first}/neighbours?k=24`);
    await expect.poll(() => shown(learned(page))).toEqual(expected(neighbours));
    const second = neighbours.map(({ row }) => row).find((row) => row !== 8)!;
    await learned(page).locator(`a[href="#/neighbours/${second}"]`).click();
    await expect.poll(() => walk.count()).toBe(3);
    await page.goBack();
    await expect.poll(() => walk.count()).toBe(2);
    await walk.first().click();
    await page.waitForURL('**#/neighbours/8');
    await expect.poll(() => walk.count()).toBe(0);
  });

  it('can be walked with the keyboard alone', async () => {
    const { page } = await open('neighbours/8');
    const rows = (await shown(learned(page))).map(({ row }) => row);
    await learned(page).getByRole('link').first().focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    const focused = await page.evaluate(() => (document.activeElement as HTMLAnchorElement).hash);
    expect(focused).toBe(`#/neighbours/${rows[1]}`);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**${focused}`);
    await page.keyboard.press('Backspace');
    await page.waitForURL('**#/neighbours/8');
  });

  it('say what is wrong with an address', async () => {
    const { page, complaints } = await open('neighbours/99999');
    await page.getByRole('alert').getByText('expected').waitFor();
    // The browser reports each refused request.
    complaints.length = 0;
  });
});

describePage('what the encoder sees', (open) => {
  it('is shown beside a picture of the run and beside a new one, on wish', async () => {
    const { page } = await open('neighbours/8');
    const seen = page.getByRole('img', { name: 'What the encoder sees' });
    expect(await seen.count()).toBe(0);
    await page.getByRole('checkbox', { name: 'What the encoder sees' }).check();
    const side = () => seen.evaluate((image: HTMLImageElement) => image.naturalWidth);
    await expect.poll(side).toBe(32);
    await putFile(page, 'drop', await newPicture());
    await page.waitForURL('**#/neighbours/new');
    await expect.poll(side).toBe(32);
    await page.getByRole('checkbox', { name: 'What the encoder sees' }).uncheck();
    expect(await seen.count()).toBe(0);
  });
});

describePage('the neighbours of a new picture', (open) => {
  it.each(['drop', 'paste'] as const)('are found when it comes by %s', async (how) => {
    const { page } = await open('neighbours');
    await page.getByText('Find the nearest of any picture').waitFor();
    const file = await newPicture();
    await putFile(page, how, file);
    const answer = await api<SearchAnswer>('search?k=24', { method: 'POST', body: await readFile(file) });
    expect(await shown(learned(page))).toEqual(expected(answer.neighbours));
    await page.getByText(/^encoded in .* ms, searched in .* ms$/).waitFor();
  });

  it('are found when it is chosen, also a second time and from another picture', async () => {
    const { page } = await open('neighbours/3');
    await shown(learned(page));
    const file = await newPicture();
    const answer = await api<SearchAnswer>('search?k=24', { method: 'POST', body: await readFile(file) });
    for (let i = 0; i < 2; i++) {
      const chooser = page.waitForEvent('filechooser');
      await page.getByRole('button', { name: 'Search with another picture' }).click();
      await (await chooser).setFiles(file);
      await page.waitForURL('**#/neighbours/new');
      await expect.poll(() => shown(learned(page))).toEqual(expected(answer.neighbours));
    }
    await page.reload();
    await page.getByText('Your picture went with the reload').waitFor();
  });

  it('are not found in what is no picture, and the page says why', async () => {
    const { page, complaints } = await open('neighbours');
    await page.getByText('Find the nearest of any picture').waitFor();
    await putFile(page, 'drop', await newPicture(), (bytes) => bytes.subarray(0, 100));
    await page
      .getByRole('alert')
      .getByText(/expected/)
      .waitFor();
    complaints.length = 0;
  });

  it('can be begun from a picture of the run', async () => {
    const { page } = await open('neighbours');
    const offered = page.getByRole('main').getByRole('listitem').getByRole('link');
    await offered.nth(5).click();
    await page.waitForURL(/#\/neighbours\/\d+$/);
    await shown(learned(page));
  });
});
