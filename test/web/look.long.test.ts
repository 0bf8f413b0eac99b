/// <reference lib="dom" />
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { Neighbour, SearchAnswer } from '#src/server/api.js';
import { api } from './ask.js';
import { describePage } from './page.js';

const dialog = (page: Page) => page.getByRole('dialog', { name: 'The picture, closer' });
const learned = (page: Page) => page.getByRole('region', { name: 'By what it learned' });

/** Where each picture is drawn in its pane, and how large. */
function drawn(page: Page): Promise<{ left: number; top: number; width: number }[]> {
  return dialog(page)
    .locator('.pane img')
    .evaluateAll((images) =>
      images.map((image) => {
        const { left, top, width } = (image as HTMLElement).style;
        return { left: Number.parseFloat(left), top: Number.parseFloat(top), width: Number.parseFloat(width) };
      }),
    );
}

describePage('a picture looked at closely', (open) => {
  it('is opened by a click, whole, with what its file says, and closed by Escape', async () => {
    const { page } = await open('neighbours/8');
    const { name } = await api<Neighbour>('pictures/8');
    await page.getByRole('button', { name: `Look closer at ${name}` }).click();
    await dialog(page).getByText(name).waitFor();
    await dialog(page)
      .getByText(/^32 × 32 pixels, JPEG, /)
      .waitFor();
    await dialog(page)
      .getByText(/^changed \d{4}-\d\d-\d\d \d\d:\d\d$/)
      .waitFor();
    await expect.poll(async () => (await drawn(page))[0]!.width).toBeGreaterThan(300);
    await page.keyboard.press('Escape');
    await expect.poll(() => dialog(page).count()).toBe(0);
  });

  it('is zoomed and moved by wheel, drag and keys, and the view behind hears nothing of it', async () => {
    const { page } = await open('neighbours/8');
    await learned(page).getByRole('link').first().focus();
    await page.keyboard.press('v');
    await expect.poll(async () => (await drawn(page))[0]?.width).toBeGreaterThan(300);
    // What its file says takes room, too, once it is there.
    await dialog(page)
      .getByText(/^changed/)
      .waitFor();
    const whole = (await drawn(page))[0]!.width;
    const pane = (await dialog(page).locator('.pane').boundingBox())!;
    await page.mouse.move(pane.x + pane.width / 2, pane.y + pane.height / 2);
    await page.mouse.wheel(0, -400);
    await expect.poll(async () => (await drawn(page))[0]!.width).toBeGreaterThan(whole);
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    const near = (await drawn(page))[0]!;
    await page.mouse.down();
    await page.mouse.move(pane.x + pane.width / 2 + 20, pane.y + pane.height / 2 + 10);
    await page.mouse.up();
    await expect.poll(async () => (await drawn(page))[0]!.left).toBeCloseTo(near.left + 20, 0);
    await page.keyboard.press('0');
    await expect.poll(async () => (await drawn(page))[0]!.width).toBeCloseTo(whole, 0);
    await page.keyboard.press('2');
    expect(new URL(page.url()).hash).toBe('#/neighbours/8');
  });

  it('leads to the others it stands among, and beside the picture searched with at the same place', async () => {
    const { page } = await open('neighbours/8');
    const { neighbours } = await api<SearchAnswer>('pictures/8/neighbours?k=24');
    await learned(page).getByRole('link').first().focus();
    await page.keyboard.press('v');
    await dialog(page).getByText(neighbours[0]!.name).waitFor();
    await page.keyboard.press('ArrowRight');
    await dialog(page).getByText(neighbours[1]!.name).waitFor();
    await page.keyboard.press('b');
    await expect.poll(async () => (await drawn(page)).length).toBe(2);
    await page.keyboard.press('+');
    await page.keyboard.press('+');
    await page.keyboard.press('ArrowRight');
    await expect
      .poll(async () => {
        const [a, b] = await drawn(page);
        return Number.isFinite(a!.left) && JSON.stringify(a) === JSON.stringify(b) && a!.left < 0;
      })
      .toBe(true);
    await dialog(page).getByRole('link', { name: 'Its neighbours' }).nth(1).click();
    await page.waitForURL(`**#/neighbours/${neighbours[1]!.row}`);
    expect(await dialog(page).count()).toBe(0);
  });
});
