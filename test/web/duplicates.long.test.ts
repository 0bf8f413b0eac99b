/// <reference lib="dom" />
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { Duplicates, Outliers, Pictures, SearchAnswer } from '#src/server/api.js';
import { api, downloadedBy } from './ask.js';
import { violations } from './axe.js';
import { describePage } from './page.js';
import { type RunWithCopies, runWithCopies } from './run-with-copies.js';

let copies: RunWithCopies;
/** Names by row, and the similarity of each pair by its rows. */
let names: string[];
const similarity = new Map<string, number>();

beforeAll(async () => {
  if (inject('explorer') === undefined) return;
  copies = await runWithCopies();
  const { pictures } = await ask<Pictures>('pictures?limit=1000');
  names = pictures.map(({ name }) => name);
  for (const { row } of pictures) {
    const { neighbours } = await ask<SearchAnswer>(`pictures/${row}/neighbours?k=${names.length - 1}`);
    for (const other of neighbours) if (other.row > row) similarity.set(`${row} ${other.row}`, other.similarity);
  }
});
afterAll(() => copies?.close());

function ask<T>(path: string): Promise<T> {
  return api(path, {}, copies.url);
}

/** The three files that are the same. */
const isSame = (row: number): boolean => /^(copies\/)?cat(-again)?\.jpg$|^cat\/00000\.jpg$/.test(names[row]!);

/** Groups of rows, by the plainest means there is: the same, and of the others two groups become one while every two are similar. */
function naiveGroups(threshold: number): number[][] {
  const same = names.flatMap((_, row) => (isSame(row) ? [row] : []));
  const groups = names.flatMap((_, row) => (isSame(row) && row !== same[0] ? [] : [[row]]));
  const between = (a: number, b: number): number => similarity.get(`${Math.min(a, b)} ${Math.max(a, b)}`)!;
  const groupOf = (row: number): number[] => groups.find((rows) => rows.includes(row))!;
  const pairs = [...similarity].sort(([, a], [, b]) => b - a).map(([pair]) => pair.split(' ').map(Number));
  for (const [a, b] of pairs as [number, number][]) {
    if (isSame(a) && a !== same[0]) continue;
    if (isSame(b) && b !== same[0]) continue;
    const [one, two] = [groupOf(a), groupOf(b)];
    if (one === two || !one.every((x) => two.every((y) => between(x, y) >= threshold))) continue;
    one.push(...two);
    groups.splice(groups.indexOf(two), 1);
  }
  return [same, ...groups.filter((rows) => rows.length > 1).map((rows) => rows.sort((x, y) => x - y))];
}

const slider = (page: Page): Locator => page.getByRole('slider');
const groups = (page: Page): Locator => page.getByRole('region', { name: /pictures\./ });

function shownGroups(page: Page): Promise<number[][]> {
  return groups(page).evaluateAll((sections) =>
    sections.map((section) =>
      Array.from(section.querySelectorAll('[data-row]'), (picture) => Number(picture.getAttribute('data-row'))),
    ),
  );
}

const byFirst = (all: readonly number[][]): number[][] => [...all].sort((a, b) => (String(a) < String(b) ? -1 : 1));

describePage('duplicates', (open) => {
  it('are found in pictures of which some are', () => {
    expect(naiveGroups(0.95).length).toBeGreaterThanOrEqual(3);
  });

  it('are the same, and the groups in which every two are similar, at each place of the slider', async () => {
    const { page } = await open('duplicates', copies);
    for (const threshold of [0.9, 0.955, 0.99]) {
      await slider(page).fill(String(threshold));
      await expect.poll(async () => byFirst(await shownGroups(page))).toEqual(byFirst(naiveGroups(threshold)));
      const expected = naiveGroups(threshold);
      const spare = expected.flat().length - expected.length;
      await page.getByText(new RegExp(`^${expected.length} groups?; ${spare} pictures? could go`)).waitFor();
    }
  });

  it('are counted while the slider moves, also by key', async () => {
    const { page } = await open('duplicates', copies);
    const { pairsAt } = await ask<Duplicates>('duplicates?threshold=0.97');
    const pairs = (threshold: number): number => [...similarity.values()].filter((value) => value >= threshold).length;
    for (const { threshold, numPairs } of pairsAt.slice(0, -1)) {
      // Pairs on the very edge fall to either side, as rounding has it.
      expect(Math.abs(numPairs - pairs(threshold))).toBeLessThanOrEqual(1);
    }
    const at = (threshold: number): number =>
      pairsAt.find((entry) => Math.abs(entry.threshold - threshold) < 1e-6)!.numPairs;
    await slider(page).fill('0.9');
    await page.getByText(new RegExp(`^${at(0.9)} pairs?$`)).waitFor();
    await slider(page).focus();
    await page.keyboard.press('End');
    // What is left are the three that are the same to the byte.
    await page.getByText('The same file · 3 pictures').waitFor();
    await expect.poll(() => groups(page).count()).toBe(1);
  });

  it('keep the best unless told otherwise, and at least one', async () => {
    const { page } = await open('duplicates', copies);
    const threshold = 0.95;
    await slider(page).fill(String(threshold));
    await expect.poll(async () => byFirst(await shownGroups(page))).toEqual(byFirst(naiveGroups(threshold)));
    const pictures = groups(page).first().locator('[data-row]');
    const pressed = (): Promise<(string | null)[]> =>
      pictures.evaluateAll((buttons) => buttons.map((button) => button.getAttribute('aria-pressed')));
    const only = async (place: number): Promise<string[]> =>
      Array.from({ length: await pictures.count() }, (_, i) => String(i === place));
    expect(await pressed()).toEqual(await only(0));
    await pictures.nth(0).focus();
    await page.keyboard.press('Space');
    expect(await pressed()).toEqual(await only(0));
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Space');
    await pictures.nth(0).click();
    expect(await pressed()).toEqual(await only(1));

    const { text, name } = await downloadedBy(page, () =>
      page.getByRole('button', { name: /Export the list/ }).click(),
    );
    expect(name).toBe('run-duplicates.csv');
    const [header, ...lines] = text.trim().split(/\r?\n/);
    expect(header).toBe('path,group,kept,similarity');
    const [first, ...others] = await shownGroups(page);
    const { groups: told } = await ask<Duplicates>(`duplicates?threshold=${threshold}`);
    const stays = told.map(({ pictures }) => pictures.find((picture) => picture.stays)!.row);
    const kept = [first![1]!, ...stays.slice(1)];
    const spare = [first!, ...others].flatMap((rows) => rows.filter((row) => !kept.includes(row)));
    expect(lines.map((line) => line.split(',')[0])).toEqual(spare.map((row) => names[row]));
    expect(lines[0]!.split(',').slice(0, 3)).toEqual([names[spare[0]!], '1', names[first![1]!]]);
  });

  it('are kept whole if that is said, also after a reload, and judged again if that is said', async () => {
    const { page } = await open('duplicates', copies);
    await slider(page).fill('1');
    const same = page.getByText('The same file · 3 pictures');
    await same.waitFor();
    await page.getByRole('button', { name: 'Keep all' }).click();
    await page.getByText('0 groups; 0 pictures could go').waitFor();
    await page.reload();
    await page.getByRole('button', { name: '1 group of which all are kept' }).click();
    await same.waitFor();
    expect(
      await groups(page)
        .first()
        .getByRole('button', { name: /^Keep$|Keep/, pressed: true })
        .count(),
    ).toBe(3);
    await page.getByRole('button', { name: 'Decide again' }).click();
    await page.getByText('There is no group of which all are kept').waitFor();
    await page.getByRole('button', { name: 'Back to the others' }).click();
    await same.waitFor();
  });

  it('pass axe-core', async () => {
    const { page } = await open('duplicates', copies);
    await slider(page).fill('0.95');
    await groups(page).first().waitFor();
    // While others are searched, the last ones are paler.
    await page.locator('.groups[aria-busy="false"]').waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it('can be compared side by side', async () => {
    const { page } = await open('duplicates', copies);
    await slider(page).fill('1');
    await page.getByText('The same file · 3 pictures').waitFor();
    await page.getByRole('button', { name: 'Compare' }).click();
    await expect.poll(() => page.locator('.look .pane img').count()).toBe(3);
    await page.getByRole('button', { name: 'Close', exact: true }).click();
  });

  it('lead to the neighbours of a picture, and are as they were afterwards', async () => {
    const { page } = await open('duplicates', copies);
    const threshold = 0.95;
    await slider(page).fill(String(threshold));
    await expect.poll(async () => byFirst(await shownGroups(page))).toEqual(byFirst(naiveGroups(threshold)));
    const picture = groups(page).first().locator('[data-row]').nth(1);
    const row = await picture.getAttribute('data-row');
    await picture.focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(`**#/neighbours/${row}`);
    await page.goBack();
    await expect.poll(() => slider(page).inputValue()).toBe(String(threshold));
  });

  it('say how far the search is while they wait for it, and that none is ever deleted', async () => {
    const { page } = await open('map', copies);
    await page.route('**/api/duplicates?*', async (route) => {
      await page.getByText('40 %').waitFor();
      await route.continue();
    });
    await page.route('**/api/nearest/status', (route) => route.fulfill({ json: { progress: 0.4 } }));
    await page.getByRole('link', { name: 'Duplicates', exact: true }).click();
    await slider(page).waitFor();
    await page.getByText('Nothing is ever deleted here').waitFor();
  });
});

describePage('the most isolated', (open) => {
  it('are those with the largest mean distance to their nearest', async () => {
    const { page } = await open('duplicates', copies);
    await page.getByRole('tab', { name: 'Most isolated' }).click();
    await page.waitForURL('**#/duplicates/isolated');
    await page.getByText('By the mean distance to their nearest').waitFor();
    const links = page.getByRole('tabpanel').getByRole('link');
    await links.first().waitFor();
    const rows = await links.evaluateAll((all) =>
      all.map((link) => Number((link as HTMLAnchorElement).hash.split('/').at(-1))),
    );
    const { pictures } = await ask<Outliers>('outliers?limit=60');
    expect(rows).toEqual(pictures.map(({ row }) => row));
    expect(rows).toHaveLength(names.length);
    const { text } = await downloadedBy(page, () => page.getByRole('button', { name: /^Export these/ }).click());
    const lines = text.trim().split(/\r?\n/);
    expect(lines[0]).toBe('path,distance');
    expect(lines[1]).toBe(`${pictures[0]!.name},${pictures[0]!.outlier.toFixed(4)}`);
    expect(lines).toHaveLength(names.length + 1);
  });

  it('can be walked to with the keyboard', async () => {
    const { page } = await open('duplicates', copies);
    await page.getByRole('tab', { name: 'Duplicates' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: 'Most isolated', selected: true }).waitFor();
  });
});
