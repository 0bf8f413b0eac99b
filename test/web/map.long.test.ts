import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { largeMap } from './large-map.js';
import { describePage, explorer } from './page.js';

const NUM_PICTURES = 72;

describePage('the map', (open) => {
  /** Waits for the map, and takes the focus to it. */
  async function atMap(page: Page): Promise<void> {
    await page.getByRole('application').focus();
    await page.getByText(`${NUM_PICTURES} pictures`).first().waitFor();
  }

  it('draws the pictures, in view and no others', async () => {
    const { page, requests } = await open('map');
    await atMap(page);
    await expect.poll(() => requests.filter((url) => url.includes('/thumbnail')).length).toBeGreaterThan(10);
    const drawn = await sharp(await page.getByRole('application').screenshot()).stats();
    expect(Math.max(...drawn.channels.map(({ stdev }) => stdev))).toBeGreaterThan(5);
    await page.waitForTimeout(300);
    const before = requests.length;
    for (let i = 0; i < 12; i++) await page.keyboard.press('+');
    await page.waitForTimeout(300);
    expect(requests.length - before).toBeLessThan(20);
  });

  it('goes to a picture by its file name, and says where there is none', async () => {
    const { page } = await open('map');
    await atMap(page);
    await page.getByRole('combobox', { name: 'Search by file name' }).fill('zebra');
    await page.getByText('No file name has this in it').waitFor();
    await page.getByRole('combobox', { name: 'Search by file name' }).fill('');
    await page.getByRole('application').focus();
    await page.keyboard.press('/');
    await page.keyboard.type('CAT 00003');
    await page.getByText('1 found').waitFor();
    await page.keyboard.press('Enter');
    const panel = page.getByRole('complementary', { name: 'The picture' });
    await panel.getByRole('heading', { name: '00003.jpg' }).waitFor();
    await panel.getByText('cat', { exact: true }).waitFor();
    await panel.getByRole('link', { name: 'Its neighbours' }).click();
    await page.waitForURL(/#\/neighbours\/\d+$/);
  });

  it('selects with a lasso and exports what is inside', async () => {
    const { page } = await open('map');
    await atMap(page);
    await page.getByRole('button', { name: 'Lasso' }).click();
    const { x, y, width, height } = (await page.getByRole('application').boundingBox())!;
    const corners = [
      [0.02, 0.2],
      [0.98, 0.02],
      [0.98, 0.98],
      [0.5, 0.98],
      [0.02, 0.98],
    ] as const;
    await page.mouse.move(x + 0.02 * width, y + 0.02 * height + 60);
    await page.mouse.down();
    for (const [right, down] of corners) await page.mouse.move(x + right * width, y + down * height, { steps: 4 });
    await page.mouse.up();
    await page.getByRole('heading', { name: /\d+ pictures selected/ }).waitFor();
    const count = Number.parseInt(await page.getByRole('heading', { name: /selected/ }).innerText(), 10);
    expect(count).toBeGreaterThan(10);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export as CSV' }).click();
    const lines = (await text(await (await download).createReadStream())).trim().split('\n');
    expect(lines[0]).toBe('row,name,label,cluster');
    expect(lines).toHaveLength(count + 1);
    await page.getByRole('application').focus();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: /selected/ }).waitFor({ state: 'hidden' });
  });

  it('is walked with the keys', async () => {
    const { page } = await open('map');
    await atMap(page);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    await page.getByRole('complementary', { name: 'The picture' }).waitFor();
  });

  it('colours by each of its columns, and shows a category alone', async () => {
    const { page } = await open('map');
    await atMap(page);
    const cats = page.getByRole('button', { name: /^cat 6$/ });
    await cats.click();
    expect(await cats.getAttribute('aria-pressed')).toBe('true');
    const choice = page.getByRole('combobox', { name: 'Colour by' });
    for (const by of ['cluster', 'density', 'outlier', 'label']) {
      await choice.selectOption(by);
      await page.getByRole(by === 'density' || by === 'outlier' ? 'img' : 'list', { name: /^(From|Legend)/ }).waitFor();
    }
    expect(await cats.getAttribute('aria-pressed')).toBe('false');
  });

  it('shows a cluster alone, gives it a name that the run keeps, and exports it', async () => {
    const { page } = await open('map');
    await atMap(page);
    await page.getByRole('combobox', { name: 'Colour by' }).selectOption('cluster');
    await page.getByRole('button', { name: /^Cluster 1 / }).click({ timeout: 30_000 });
    await page.getByRole('textbox', { name: 'Name of the cluster' }).fill('Sunsets');
    await page.getByRole('button', { name: 'Name it' }).click();
    await page.getByRole('button', { name: /^Sunsets \d+$/ }).waitFor();
    const count = Number.parseInt(await page.getByRole('heading', { name: /selected/ }).innerText(), 10);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export as CSV' }).click();
    const lines = (await text(await (await download).createReadStream())).trim().split('\n');
    expect(lines.filter((line) => line.trim().endsWith(',Sunsets'))).toHaveLength(count);
    await page.reload();
    await page.getByRole('combobox', { name: 'Colour by' }).selectOption('cluster');
    await page.getByRole('button', { name: /^Sunsets \d+$/ }).waitFor();
  });

  it('has clusters in place of labels where there are none', async () => {
    const { page } = await open('map');
    await page.route('**/api/run', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ json: { ...(await answer.json()), classes: [] } });
    });
    await page.reload();
    expect(await page.getByRole('combobox', { name: 'Colour by' }).inputValue()).toBe('cluster');
  });

  it('says what is missing while nothing is learned yet', async () => {
    const { page, complaints } = await open('map');
    const error = 'run: expected a checkpoint, got none yet.';
    await page.route('**/api/map', (route) => route.fulfill({ status: 409, json: { error } }));
    await page.reload();
    await page.getByRole('alert').getByText(error).waitFor();
    complaints.length = 0;
  });

  describe('of 100,000 pictures', () => {
    it('takes a few milliseconds of the page a frame', async () => {
      const { page } = await open('map');
      await page.route('**/api/map', (route) => route.fulfill({ body: Buffer.from(largeMap(100_000)) }));
      const thumbnail = join(explorer().newPictures, 'cat', '00006.jpg');
      await page.route('**/thumbnail*', (route) => route.fulfill({ path: thumbnail }));
      await page.reload();
      await page.getByText('100,000 pictures').waitFor({ timeout: 30_000 });
      await page.getByRole('application').focus();
      await page.evaluate(timeFrames);
      await expect
        .poll(
          async () => {
            await page.keyboard.press('+');
            return page.evaluate('frames.length');
          },
          { timeout: 30_000 },
        )
        .toBeGreaterThan(8);
      const frames = ((await page.evaluate('frames')) as number[]).sort((a, b) => a - b);
      expect(frames[Math.floor(frames.length / 2)]).toBeLessThan(8);
    });
  });
});

/** Keeps how long each frame's work takes, in milliseconds. */
function timeFrames(): void {
  const frames: number[] = [];
  const request = requestAnimationFrame.bind(window);
  Object.assign(window, {
    frames,
    requestAnimationFrame: (draw: FrameRequestCallback) =>
      request((time) => {
        const start = performance.now();
        draw(time);
        frames.push(performance.now() - start);
      }),
  });
}
