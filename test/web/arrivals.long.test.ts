/// <reference lib="dom" />
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { relocate } from '#src/run/relocate.js';
import { tempFolder } from '../cli/cli.js';
import { violations } from './axe.js';
import { describePage, explorer } from './page.js';
import { explore } from './setup.js';

const root = tempFolder();
const [run, pictures] = [join(root, 'run'), join(root, 'pictures')];
/** The process that watches stands back. */
const PATIENCE = { timeout: 120_000 };

describePage('what is new', (open) => {
  let url: string;
  beforeAll(async () => {
    await cp(explorer().run, run, { recursive: true, preserveTimestamps: true });
    const from: string = JSON.parse(await readFile(join(run, 'config.json'), 'utf8')).paths[0];
    await cp(from, pictures, { recursive: true, preserveTimestamps: true });
    await relocate(run, { from, to: pictures });
    const served = await explore(run, '--watch');
    url = served.url;
    return () => void served.child.kill();
  }, 120_000);
  const items = (page: Page): Locator => page.locator('.arrivals-list > li');
  const rowsOf = (links: Locator): Promise<number[]> =>
    links.evaluateAll((all) => all.map((link) => Number((link as HTMLAnchorElement).hash.split('/').at(-1))));

  it('is nothing at first, and comes by itself with the files, beside the nearest that were there', async () => {
    const { page } = await open('new', { url });
    await page.getByRole('heading', { name: 'Nothing is new' }).waitFor();
    await cp(explorer().newPictures, pictures, { recursive: true });
    await page.getByRole('heading', { name: '12 new pictures' }).waitFor(PATIENCE);
    await page.getByText('Update 1, after epoch 2: 12 new; 84 pictures since').waitFor();
    expect(await rowsOf(items(page).locator('.arrival-picture'))).toEqual(Array.from({ length: 12 }, (_, i) => 83 - i));
    const neighbours = items(page).first().locator('.grid a');
    await neighbours.first().waitFor();
    const nearest = await rowsOf(neighbours);
    expect(nearest).toHaveLength(5);
    expect(Math.max(...nearest)).toBeLessThan(72);
  }, 240_000);

  it('is shown on the map', async () => {
    const { page } = await open('new', { url });
    const map = page.getByRole('application');
    await map.waitFor();
    const second = items(page).nth(1);
    await second.getByRole('button', { name: /on the map$/ }).click();
    expect(await second.getAttribute('aria-current')).toBe('true');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('link', { name: 'Map', exact: true }).click();
    await page.getByRole('combobox', { name: 'Colour by' }).selectOption('arrival');
    await page.getByRole('button', { name: /^New/ }).getByText('12').waitFor();
  }, 240_000);
});
