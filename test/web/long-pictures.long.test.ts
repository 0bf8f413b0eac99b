/// <reference lib="dom" />
/** @file Long pictures, which keep their ends: an exported page sees of them what the command line sees. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { MAIN, TINIEST } from '../cli/cli.js';
import { describePage } from './page.js';
import { dropOn, expectSame, explore, foundOn, nearestTo, REDUCED_TIE, serveFolder, TIE } from './site.js';

let root: string;
let run: string;
let server: Awaited<ReturnType<typeof serveFolder>> | undefined;

beforeAll(async () => {
  if (inject('explorer') === undefined) return;
  root = await mkdtemp(join(tmpdir(), 'instdisc-long-'));
  const pictures = join(root, 'pictures');
  run = join(root, 'run');
  await mkdir(pictures);
  for (let i = 0; i < 24; i++) await stripe(join(pictures, `${i}.png`), i, 48, 20);
  await promisify(execFile)(process.execPath, [MAIN, 'train', pictures, '--out', run, ...TINIEST, '--set', 'fit=pad']);
  expect(await explore(run, '--export', join(root, 'site'))).toMatchObject({ code: 0 });
  server = await serveFolder(join(root, 'site'));
}, 120_000);
afterAll(async () => {
  server?.close();
  if (root !== undefined) await rm(root, { recursive: true, force: true });
});

/** Told from others by its ends alone: its middle is white. */
async function stripe(path: string, i: number, width: number, height: number): Promise<void> {
  const end = (left: number, hue: number) =>
    `<rect x="${left}" y="0" width="12" height="${height}" fill="hsl(${hue} 80% 50%)"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="${width}" height="${height}" fill="white"/>${end(0, 15 * i)}${end(width - 12, 110 + 35 * i)}</svg>`;
  await sharp(Buffer.from(svg)).png().toFile(path);
}

describePage('an exported page of long pictures', (open) => {
  it.each([
    ['as it is', 24, 10, TIE],
    ['reduced first', 96, 40, REDUCED_TIE],
  ])('finds of a long picture, %s, what the command line finds', async (_, width, height, tie) => {
    const file = join(root, `new-${width}.png`);
    await stripe(file, 5, width, height);
    const { page } = await open('neighbours', { url: server!.url });
    await dropOn(page, await readFile(file));
    expectSame(await foundOn(page), await nearestTo(file, run), tie);
  });

  it('shows what the encoder sees of it: both ends', async () => {
    const file = join(root, 'new.png');
    await stripe(file, 5, 48, 20);
    const { page } = await open('neighbours', { url: server!.url });
    await dropOn(page, await readFile(file));
    await foundOn(page);
    await page.getByRole('checkbox', { name: 'What the encoder sees' }).check();
    const seen = page.getByRole('img', { name: 'What the encoder sees' });
    await expect.poll(() => seen.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(32);
    const [left, middle, right] = await seen.evaluate(async (image: HTMLImageElement) => {
      const context = new OffscreenCanvas(32, 32).getContext('2d')!;
      context.drawImage(image, 0, 0);
      return [2, 16, 29].map((x) => Array.from(context.getImageData(x, 16, 1, 1).data.slice(0, 3)));
    });
    const isColoured = (rgb: number[]): boolean => Math.max(...rgb) - Math.min(...rgb) > 100;
    expect([left!, middle!, right!].map(isColoured)).toEqual([true, false, true]);
    await page.getByRole('checkbox', { name: 'What the encoder sees' }).uncheck();
  });
});
