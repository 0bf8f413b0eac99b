/** @file A file that has changed since the run has seen it, and is not what it was any more. */
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildCache } from '#src/data/cache/cache-build.js';
import { scan } from '#src/data/scan/scan.js';
import type { PictureSource } from '#src/server/questions.js';
import { Thumbnails } from '#src/server/thumbnails.js';
import { tempFolder } from '../cli/cli.js';

const root = tempFolder();
const cachePath = join(root, 'cache');
const pictures = join(root, 'pictures');
const opened: Thumbnails[] = [];

/** A picture of one colour. */
function paint(name: string, background: string, side: number): Promise<unknown> {
  const image = sharp({ create: { width: side, height: side, channels: 3, background } });
  return image.png().toFile(join(pictures, name));
}

async function redOf(webp: Uint8Array): Promise<boolean> {
  const [r, , b] = await sharp(webp).removeAlpha().raw().toBuffer();
  return r! > b!;
}

/** As a service is that has just begun. */
function begun(): Thumbnails {
  const thumbnails = new Thumbnails(join(root, 'run'));
  opened.push(thumbnails);
  return thumbnails;
}

beforeAll(async () => {
  await mkdir(pictures);
  await paint('large.png', 'blue', 400);
  await paint('small.png', 'blue', 20);
  await paint('touched.png', 'blue', 20);
  await buildCache((await scan([pictures])).pictures, cachePath, { shortSide: 100 });
});
afterAll(() => {
  for (const thumbnails of opened) thumbnails.close();
});

it.each([
  ['that its file was decoded for', 'large.png', 0, 256],
  ['that the cache was enough for', 'large.png', 0, 64],
  ['of a picture that the cache has whole', 'small.png', 1, 128],
] as const)('is not shown as its old thumbnail, one %s', async (_, name, place, size) => {
  await paint(name, 'blue', name === 'large.png' ? 400 : 20);
  const source: PictureSource = { key: `key-${name}`, seenKey: '', path: join(pictures, name), cachePath, place };
  const thumbnails = begun();
  const tag = await thumbnails.tag(source, size);
  expect(await redOf(await thumbnails.render(source, size))).toBe(false);
  expect(await thumbnails.tag(source, size)).toBe(tag);

  await paint(name, 'red', 300);
  expect(await thumbnails.tag(source, size)).not.toBe(tag);
  expect(await redOf(await thumbnails.render(source, size))).toBe(true);
  expect(await redOf(await begun().render(source, size))).toBe(true);
});

it('is not asked for again where only its rights have changed', async () => {
  const path = join(pictures, 'touched.png');
  await chmod(path, 0o600);
  const source: PictureSource = { key: 'key-touched', seenKey: '', path, cachePath, place: 2 };
  const webp = await begun().render(source, 64);
  expect((await sharp(webp).metadata()).width).toBe(20);
});

it('is shown as it was last once it is gone', async () => {
  await paint('large.png', 'red', 300);
  const path = join(pictures, 'large.png');
  const source: PictureSource = { key: 'key-large.png', seenKey: '', path, cachePath, place: 0 };
  await begun().render(source, 256);
  await rm(path);
  const webp = await begun().render(source, 256);
  expect(await redOf(webp)).toBe(true);
  expect((await sharp(webp).metadata()).width).toBe(256);
});
