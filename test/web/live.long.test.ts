/// <reference lib="dom" />
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import { expect, it, onTestFinished } from 'vitest';
import type { EpochMetrics, Metrics } from '#src/server/live-api.js';
import { drawPictures, MAIN, TINY, tempFolder } from '../cli/cli.js';
import { api } from './ask.js';
import { describePage, explorer } from './page.js';
import { explore } from './setup.js';

const root = tempFolder();
const slider = (page: Page): Locator => page.getByRole('slider', { name: 'After epoch' });
const curve = (page: Page, name: string): Locator =>
  page
    .getByRole('region', { name: 'Curves' })
    .getByRole('figure')
    .filter({ has: page.getByRole('heading', { name }) });

async function metrics(): Promise<readonly EpochMetrics[]> {
  return (await api<Metrics>('metrics')).records;
}

/** Rows of the neighbours of each fixed picture, and which are marked as new or of the same label, as shown. */
async function shown(page: Page): Promise<{ rows: number[]; isNew: boolean[]; isSame: boolean[] }[]> {
  await page.locator('.queries').waitFor();
  return page.locator('.queries > li').evaluateAll((items) =>
    items.map((item) => {
      const neighbours = Array.from(item.querySelectorAll('ol > li'));
      return {
        rows: neighbours.map((neighbour) => Number(neighbour.querySelector('a')!.hash.split('/').at(-1))),
        isNew: neighbours.map((neighbour) => neighbour.classList.contains('new')),
        isSame: neighbours.map((neighbour) => neighbour.classList.contains('same')),
      };
    }),
  );
}

function expected({ queries }: EpochMetrics, before?: EpochMetrics): Awaited<ReturnType<typeof shown>> {
  return queries!.map(({ picture, neighbours }, query) => {
    const rows = neighbours.map(({ row }) => row);
    const earlier = before?.queries?.[query]?.neighbours.map(({ row }) => row);
    return {
      rows,
      isNew: rows.map((row) => earlier !== undefined && !earlier.includes(row)),
      isSame: neighbours.map(({ label }) => label === picture.label),
    };
  });
}

/** Serves a run until the test is over. */
async function serve(run: string): Promise<string> {
  const { child, url } = await explore(run);
  onTestFinished(() => void child.kill());
  return url;
}

describePage('a training that is over', (open) => {
  it('shows what the fixed pictures find after its last epoch, and what is new', async () => {
    const { page } = await open('live');
    const [first, last] = (await metrics()) as [EpochMetrics, EpochMetrics];
    expect(await shown(page)).toEqual(expected(last, first));
    await page.getByRole('heading', { name: 'Trained' }).waitFor();
    await page.getByText('2 of 2 epochs').waitFor();
    await page.getByText('new since epoch 1').waitFor();
  });

  it('goes back to any epoch with the slider, by keyboard', async () => {
    const { page } = await open('live');
    const [first] = await metrics();
    await slider(page).focus();
    await page.keyboard.press('ArrowLeft');
    expect(await slider(page).getAttribute('aria-valuetext')).toBe('1');
    expect(await shown(page)).toEqual(expected(first!));
  });

  it('draws a curve of every measure, and tells its value at the chosen epoch', async () => {
    const { page } = await open('live');
    const [first, last] = (await metrics()) as [EpochMetrics, EpochMetrics];
    for (const name of ['Loss', 'kNN accuracy', 'Own row', 'Uniformity', 'Feature length', 'Pictures a second']) {
      await curve(page, name).locator('canvas').waitFor();
    }
    const loss = curve(page, 'Loss').getByRole('status');
    expect(Number(await loss.textContent())).toBeCloseTo(last.loss!, 1);
    await slider(page).fill('0');
    await expect.poll(() => loss.textContent()).toBe(first.loss!.toFixed(2));
    const ink = (canvas: Element): number => {
      const { width, height } = canvas as HTMLCanvasElement;
      const { data } = (canvas as HTMLCanvasElement).getContext('2d')!.getImageData(0, 0, width, height);
      return data.filter((value, i) => i % 4 === 3 && value > 0).length;
    };
    expect(await curve(page, 'Loss').locator('canvas').evaluate(ink)).toBeGreaterThan(100);
  });

  it('replays itself from the first epoch to the last', async () => {
    const { page } = await open('live');
    await page.getByRole('button', { name: 'Replay' }).click();
    await expect.poll(() => slider(page).getAttribute('aria-valuetext')).toBe('1');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await expect.poll(() => slider(page).getAttribute('aria-valuetext')).toBe('2');
    await page.getByRole('button', { name: 'Replay' }).waitFor();
  });

  it('says so where an earlier version did not record the neighbours', async () => {
    const old = join(root, 'old');
    await cp(explorer().run, old, { recursive: true });
    const log = join(old, 'metrics.jsonl');
    const records = (await readFile(log, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    await writeFile(log, records.map(({ queries, ...record }) => `${JSON.stringify(record)}\n`).join(''));
    const { page } = await open('live', { url: await serve(old) });
    await page.getByText('an earlier version, which did not record').waitFor();
    await curve(page, 'Loss').locator('canvas').waitFor();
    expect(await curve(page, 'Same label').count()).toBe(0);
  });
});

describePage('a training that goes on', (open) => {
  it('is followed from before its first epoch: epochs come in, and the page goes with them', async () => {
    const run = join(root, 'training');
    const pictures = await drawPictures(join(root, 'pictures'));
    const training = startTraining(pictures, run);
    while (!existsSync(join(run, 'config.json'))) await sleep(20);
    const { page } = await open('live', { url: await serve(run) });
    await page.getByRole('heading', { name: 'Training' }).waitFor();
    await slider(page).waitFor({ timeout: 30_000 });

    const epoch = async (): Promise<number> => Number(await slider(page).getAttribute('aria-valuetext'));
    const first = await epoch();
    await expect.poll(epoch, { timeout: 30_000 }).toBeGreaterThanOrEqual(first + 2);
    await page.getByText(/^left$/).waitFor();
    expect(await page.getByRole('progressbar', { name: 'Steps done' }).getAttribute('value')).toMatch(/^\d+$/);

    training.kill('SIGINT');
    await page.getByRole('heading', { name: 'Stopped' }).waitFor({ timeout: 30_000 });
    expect(await page.locator('.queries > li').count()).toBe(8);
  });
});

/** A training that would take some minutes; it ends with the test. */
function startTraining(pictures: string, out: string): ChildProcess {
  const child = spawn(process.execPath, [MAIN, 'train', pictures, '--out', out, ...TINY, '--epochs', '500']);
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}
