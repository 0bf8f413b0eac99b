/** @file What a changed folder is told about. */

import { mkdir, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { buildCache } from '#src/data/cache/cache-build.js';
import { cacheDifferences } from '#src/data/cache/cache-compare.js';
import { scan } from '#src/data/scan/scan.js';
import { encoder, noise, useTempDir } from '../pictures.js';

const dir = useTempDir();
const cacheDir = (): string => join(dir(), 'cache');
const file = (name: string): string => join(dir(), 'pictures', name);

async function write(name: string, seed: number): Promise<void> {
  await encoder(noise(8, 8, seed))
    .png({ compressionLevel: 0 })
    .toFile(file(name));
}

async function differences(shortSide = 8, labels?: Map<string, string>): Promise<readonly string[]> {
  const { pictures } = await scan([join(dir(), 'pictures')], labels === undefined ? {} : { labels });
  return cacheDifferences(cacheDir(), pictures, { shortSide });
}

beforeEach(async () => {
  await mkdir(file('.'), { recursive: true });
  for (let i = 0; i < 5; i++) await write(`${i}.png`, i);
  await write('broken.png', 9);
  await truncate(file('broken.png'), 100);
  await buildCache((await scan([file('.')])).pictures, cacheDir(), { shortSide: 8 });
});

describe('cacheDifferences', () => {
  it('are none for the same pictures, also with a quarantined one among them', async () => {
    expect(await differences()).toEqual([]);
  });

  it('are none if only the times of files differ', async () => {
    await utimes(file('1.png'), 1, 1);
    await utimes(file('broken.png'), 1, 1);
    expect(await differences()).toEqual([]);
  });

  it('name what was added, removed and changed', async () => {
    await write('new.png', 20);
    await write('newer.png', 21);
    await rm(file('0.png'));
    await write('2.png', 22);
    await utimes(file('2.png'), 1, 1);
    await truncate(file('broken.png'), 90);
    expect(await differences()).toEqual([
      `added 2 pictures, e.g. ${file('new.png')}`,
      `removed 1 picture, e.g. ${file('0.png')}`,
      `changed 2 pictures, e.g. ${file('2.png')}`,
    ]);
  });

  it('count a renamed picture as removed and added', async () => {
    await rename(file('3.png'), file('three.png'));
    expect(await differences()).toEqual([
      `added 1 picture, e.g. ${file('three.png')}`,
      `removed 1 picture, e.g. ${file('3.png')}`,
    ]);
  });

  it('name a changed setting, changed labels and a changed order', async () => {
    expect(await differences(48)).toEqual(['setting shortSide was 8, is 48 now']);
    expect(await differences(8, new Map([[file('4.png'), 'four']]))).toEqual([
      `relabelled 1 picture, e.g. ${file('4.png')}`,
    ]);
    const { pictures } = await scan([file('.')]);
    expect(await cacheDifferences(cacheDir(), pictures.toReversed(), { shortSide: 8 })).toEqual([
      'the pictures are in another order',
    ]);
  });

  it('pass over labels that an earlier version did not find or could not read, where those of the cache count', async () => {
    const { pictures } = await scan([file('.')]);
    const relabelled = pictures.map((picture) => ({ ...picture, label: 'M\u00f6we' }));
    const [first] = await differences(8, new Map([[file('4.png'), 'four']]));
    expect(first).toContain('relabelled');
    expect(await cacheDifferences(cacheDir(), relabelled, { shortSide: 8, keepsLabels: true })).toEqual([]);
    await buildCache(
      relabelled.map((picture) => ({ ...picture, label: 'M\ufffdwe' })),
      cacheDir(),
      { shortSide: 8 },
    );
    expect(await cacheDifferences(cacheDir(), relabelled, { shortSide: 8, keepsLabels: true })).toEqual([]);
    const others = relabelled.map((picture) => ({ ...picture, label: 'cat' }));
    await buildCache(relabelled, cacheDir(), { shortSide: 8 });
    expect(await cacheDifferences(cacheDir(), others, { shortSide: 8, keepsLabels: true })).toHaveLength(1);
  });

  it('say that there is no cache where there is none, and refuse a damaged one', async () => {
    const { pictures } = await scan([file('.')]);
    expect(await cacheDifferences(join(dir(), 'none'), pictures, { shortSide: 8 })).toEqual([
      `no cache in ${join(dir(), 'none')}`,
    ]);
    await writeFile(join(cacheDir(), 'cache.json'), '{');
    await expect(differences()).rejects.toThrow(/cache\.json: expected the header of a picture cache, got \{/);
  });

  it('take a file that can no longer be read for changed', async () => {
    const { pictures } = await scan([file('.')]);
    await rm(file('1.png'));
    const touched = pictures.map((picture) => ({ ...picture, mtimeMs: 0 }));
    expect(await cacheDifferences(cacheDir(), touched, { shortSide: 8 })).toEqual([
      `changed 1 picture, e.g. ${file('1.png')}`,
    ]);
  });
});
