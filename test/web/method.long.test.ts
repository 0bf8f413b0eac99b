/// <reference lib="dom" />
import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { Explanation } from '#src/server/api.js';
import { api } from './ask.js';
import { describePage } from './page.js';

const ROW = 8;
const STEPS = [
  'The picture, and how training sees it',
  'The encoder turns a view into a point on a sphere',
  'The memory bank has one row for every picture',
  'Which of all n pictures is it?',
  'Or: is this row it, or noise?',
  'The bank remembers',
];
const step = (page: Page, number: number): Locator => page.getByRole('region', { name: STEPS[number - 1]! });

/** The number under a name in a step. */
async function fact(page: Page, number: number, name: string): Promise<number> {
  const text = await step(page, number)
    .locator('.facts > div')
    .filter({ has: page.getByText(name, { exact: true }) })
    .locator('dd')
    .textContent();
  return Number.parseFloat(text!);
}

async function explained(seed = 0): Promise<Explanation> {
  return api(`pictures/${ROW}/explanation?views=6&seed=${seed}`);
}

describePage('how it works', (open) => {
  it('goes in six steps, each with its equation where it has one', async () => {
    const { page } = await open(`method/${ROW}`);
    for (const [i, title] of STEPS.entries()) {
      await step(page, i + 1).waitFor();
      expect(await page.locator('.step h2').nth(i).textContent()).toBe(`${i + 1}${title}`);
    }
    expect(await page.locator('math').count()).toBe(6);
    // Drawn as mathematics: a fraction is higher than a letter.
    const heights = await page
      .locator('math mfrac')
      .evaluateAll((all) => all.map((m) => m.getBoundingClientRect().height));
    for (const height of heights) expect(height).toBeGreaterThan(20);
  });

  it('shows the numbers of the service', async () => {
    const { page } = await open(`method/${ROW}`);
    const { own, logZ, loss, logN, ownH, views, top, negatives } = await explained();
    await step(page, 1).waitFor();
    const sources = await step(page, 1)
      .locator('ol img')
      .evaluateAll((all) => all.map((img) => (img as HTMLImageElement).src));
    expect(sources).toEqual(views.map(({ image }) => image));
    expect(await step(page, 3).locator('.grid a').count()).toBe(top.length);
    expect(await fact(page, 4, 'log Z')).toBeCloseTo(logZ, 3);
    expect(await fact(page, 4, 'loss −log P')).toBeCloseTo(loss, 3);
    expect(await fact(page, 4, 'ln n: knows nothing')).toBeCloseTo(logN, 3);
    expect(await fact(page, 4, 'its rank')).toBe(own.rank);
    expect(await fact(page, 5, 'h of its own row')).toBeCloseTo(ownH, 2);
    expect(await step(page, 5).locator('.bar-list li').count()).toBe(1 + negatives.length);
  });

  it('computes softmax and posterior anew for another temperature', async () => {
    const { page } = await open(`method/${ROW}`);
    const { own, logZAt, numRows, numNegatives, top } = await explained();
    const flat = logZAt.length - 2;
    await page.getByRole('slider', { name: 'τ' }).fill(String(flat));
    const { tau, logZ } = logZAt[flat]!;
    const p = (similarity: number): number => Math.exp(similarity / tau - logZ);
    await expect.poll(() => fact(page, 4, 'log Z')).toBeCloseTo(logZ, 3);
    expect(await fact(page, 4, 'loss −log P')).toBeCloseTo(logZ - own.similarity / tau, 3);
    const h = p(own.similarity) / (p(own.similarity) + numNegatives / numRows);
    expect(await fact(page, 5, 'h of its own row')).toBeCloseTo(h, 2);
    const [longest] = await step(page, 4).locator('.bar-list li > :last-child').allTextContents();
    expect(Number(longest)).toBeCloseTo(p(top[0]!.similarity), 2);
  });

  it('moves the row between where it is and the feature', async () => {
    const { page } = await open(`method/${ROW}`);
    const { own, views } = await explained();
    const [first, second] = views as [Explanation['views'][0], Explanation['views'][0]];
    // This run has two views a step; the row moves towards the mean of both.
    const similarity = (own.similarity + second.similarity) / Math.sqrt(2 + 2 * second.toFirst);
    expect(first.similarity).toBeCloseTo(own.similarity, 6);
    await step(page, 6).waitFor();
    expect(await fact(page, 6, 'vᵢ·v before')).toBeCloseTo(similarity, 3);
    await page.getByRole('slider', { name: 'μ' }).fill('1');
    await expect.poll(() => fact(page, 6, 'new·vᵢ')).toBe(1);
    await page.getByRole('slider', { name: 'μ' }).fill('0');
    await expect.poll(() => fact(page, 6, 'new·v')).toBe(1);
    expect(await fact(page, 6, 'new·vᵢ')).toBeCloseTo(similarity, 3);
  });

  it('says what this run does differently', async () => {
    const { page } = await open(`method/${ROW}`);
    await step(page, 4).getByText('This run takes the softmax over its batch, not over the bank').waitFor();
    await step(page, 5).getByText('This run does not use NCE').waitFor();
    await step(page, 6).getByText('With two views').waitFor();
  });

  it('draws the views of the next epoch when asked', async () => {
    const { page } = await open(`method/${ROW}`);
    const [now, next] = [await explained(), await explained(1)];
    await page.getByRole('button', { name: `Draw for epoch ${now.epoch + 1}` }).click();
    const image = step(page, 1).getByRole('img', { name: 'View 1' });
    await expect.poll(() => image.getAttribute('src')).toBe(next.views[0]!.image);
  });

  it('walks to another picture by any of its rows, and by chance', async () => {
    const { page } = await open(`method/${ROW}`);
    const { top } = await explained();
    const other = top.find(({ row }) => row !== ROW)!;
    await step(page, 3).getByTitle(other.name).click();
    await page.getByText(`${other.name}, as the method sees it`).waitFor();
    await page.getByRole('button', { name: 'Another picture' }).click();
    await page.waitForURL(/#\/method\/\d+$/);
  });

  it('has a picture of its own where none is named, and says which rows there are where one is wrong', async () => {
    const { page, complaints } = await open('method');
    await step(page, 1).waitFor();
    await page.evaluate(() => location.assign('#/method/99999'));
    await page.getByRole('alert').getByText('row: expected one in [0, 72), got 99999.').waitFor();
    expect(complaints.splice(0)).toEqual([expect.stringContaining('404')]);
  });
});
