import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sharp } from 'sharp';
import { expect, it } from 'vitest';
import { DataError } from '#src/core/errors.js';
import { buildCache } from '#src/data/cache/cache-build.js';
import { PicturesAtHand } from '#src/data/pictures-at-hand.js';
import { scan } from '#src/data/scan/scan.js';
import { encoder, gradient, noise, useTempDir } from './pictures.js';

const dir = useTempDir();
const pixels = (image: Sharp): Promise<Buffer> => image.removeAlpha().raw().toBuffer();

/** Two pictures of CIFAR-10, of which the planes are known. */
async function writeCifar(path: string): Promise<Buffer> {
  const records = Buffer.concat([0, 1].map((label) => Buffer.from([label, ...noise(32, 32, label + 1).pixels])));
  await writeFile(path, records);
  return records;
}

async function cacheOf(...paths: string[]): Promise<string> {
  const cache = join(dir(), 'cache');
  await buildCache((await scan(paths)).pictures, cache, { shortSide: 16 });
  return cache;
}

it('draws a file as it is now, whole', async () => {
  const path = join(dir(), 'a.png');
  const picture = gradient(40, 30);
  await encoder(picture).png().toFile(path);
  const { drawn, isCached } = await new PicturesAtHand(await cacheOf(path)).draw({ id: path }, pixels);
  expect(isCached).toBe(false);
  expect(Buffer.compare(drawn, picture.pixels)).toBe(0);
});

it('draws a record of a CIFAR file', async () => {
  const path = join(dir(), 'data_batch_1.bin');
  const records = await writeCifar(path);
  const { drawn } = await new PicturesAtHand().draw({ id: `${path}#1` }, pixels);
  const planes = records.subarray(3073 + 1);
  for (const [i, level] of drawn.entries()) expect(level).toBe(planes[(i % 3) * 1024 + Math.floor(i / 3)]);
});

it('draws from the cache what is gone, damaged, or known by its bytes under another name', async () => {
  const [path, cifar] = [join(dir(), 'a.png'), join(dir(), 'data_batch_1.bin')];
  await encoder(gradient(40, 30)).png().toFile(path);
  await writeCifar(cifar);
  const cache = await cacheOf(path, cifar);
  const hash = (await import('#src/data/cache/cache.js')).openCache(cache).keys[0]!;
  const atHand = new PicturesAtHand(cache);
  const size = async (image: Sharp): Promise<string> => {
    const { info } = await image.raw().toBuffer({ resolveWithObject: true });
    return `${info.width} × ${info.height}`;
  };
  await writeFile(path, 'no picture');
  await rename(cifar, `${cifar}.away`);
  expect(await atHand.draw({ id: path }, size)).toEqual({ drawn: '21 × 16', isCached: true });
  expect(await atHand.draw({ id: `${cifar}#0` }, size)).toEqual({ drawn: '16 × 16', isCached: true });
  expect(await atHand.draw({ id: join(dir(), 'elsewhere.png'), hash }, size)).toEqual({
    drawn: '21 × 16',
    isCached: true,
  });
  await rm(path);
  expect(await atHand.reduced({ id: path }, 16)).toMatchObject({ width: 21, height: 16 });
  atHand.close();
});

it('says what is wrong where there is nothing else', async () => {
  const path = join(dir(), 'a.svg');
  await writeFile(path, '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  const atHand = new PicturesAtHand(join(dir(), 'no cache'));
  await expect(atHand.draw({ id: path }, pixels)).rejects.toThrow(DataError);
  await expect(atHand.draw({ id: `${path}.gone` }, pixels)).rejects.toMatchObject({ code: 'ENOENT' });
});
