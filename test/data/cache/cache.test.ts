/** @file Building the cache from real files and reading it back. */

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ArgumentError, RunError } from '#src/core/errors.js';
import { openCache } from '#src/data/cache/cache.js';
import { buildCache } from '#src/data/cache/cache-build.js';
import { cacheShortSide } from '#src/data/cache/cache-format.js';
import { decodePicture } from '#src/data/decode/decode.js';
import type { Picture } from '#src/data/picture.js';
import { scan } from '#src/data/scan/scan.js';
import { encoder, noise, useTempDir } from '../pictures.js';

const dir = useTempDir();
const cacheDir = (): string => join(dir(), 'cache');

/** Writes `number` PNG files of various sizes into class folders. */
async function writePictures(number: number): Promise<string[]> {
  const root = join(dir(), 'pictures');
  const paths: string[] = [];
  for (let i = 0; i < number; i++) {
    const path = join(root, i % 2 === 0 ? 'even' : 'odd', `${i}.png`);
    await mkdir(join(path, '..'), { recursive: true });
    await encoder(noise(10 + (i % 7), 20 - (i % 5), i))
      .png()
      .toFile(path);
    paths.push(path);
  }
  return paths;
}

const scanned = async (): Promise<readonly Picture[]> => (await scan([join(dir(), 'pictures')])).pictures;

describe('the cache', () => {
  it('gives back every picture as it decodes, with its id, label and content key', async () => {
    await writePictures(23);
    const pictures = await scanned();
    const progress: number[] = [];
    const report = await buildCache(pictures, cacheDir(), { shortSide: 12, onProgress: (done) => progress.push(done) });
    expect(report).toMatchObject({ numPictures: 23, quarantined: [] });
    expect(progress).toEqual(Array.from({ length: 23 }, (_, i) => i + 1));
    const cache = openCache(cacheDir());
    expect(cache).toMatchObject({ length: 23, shortSide: 12, fingerprint: report.fingerprint });
    expect(cache.ids).toEqual(pictures.map(({ id }) => id));
    expect(cache.labels).toEqual(pictures.map(({ label }) => label));
    let numBytes = 0;
    for (let i = 22; i >= 0; i--) {
      const rgb = await decodePicture(pictures[i]!, 12);
      expect(rgb).toMatchObject(cache.read(i));
      numBytes += rgb.pixels.length;
      expect(cache.keys[i]).toBe(
        createHash('sha256')
          .update(await readFile(pictures[i]!.path))
          .digest('hex'),
      );
    }
    expect(report.numBytes).toBe(numBytes);
    expect(() => cache.read(23)).toThrow(ArgumentError);
    expect(() => cache.read(-1)).toThrow('picture: expected an integer in [0, 23), got -1');
    cache.close();
  });

  it('quarantines what cannot be decoded, and keeps its neighbours', async () => {
    const paths = await writePictures(12);
    const pictures = await scanned();
    await truncate(paths[5]!, 300);
    await writeFile(paths[8]!, 'overwritten');
    await rm(paths[3]!);
    const report = await buildCache(pictures, cacheDir(), { shortSide: 8 });
    expect(report.numPictures).toBe(9);
    expect(Object.fromEntries(report.quarantined.map(({ path, reason }) => [path, reason]))).toEqual({
      [paths[3]!]: 'nothing is there',
      [paths[5]!]: expect.stringMatching(/^damaged: /),
      [paths[8]!]: expect.stringMatching(/^damaged: /),
    });
    const cache = openCache(cacheDir());
    const good = pictures.filter(({ path }) => ![paths[3], paths[5], paths[8]].includes(path));
    expect(cache.ids).toEqual(good.map(({ id }) => id));
    for (const [i, picture] of good.entries()) expect(await decodePicture(picture, 8)).toMatchObject(cache.read(i));
    cache.close();
  });

  it('has the same fingerprint for the same pictures in another place, another one for other settings', async () => {
    await writePictures(5);
    const pictures = await scanned();
    const fingerprint = async (some: typeof pictures, shortSide: number): Promise<string> =>
      (await buildCache(some, cacheDir(), { shortSide })).fingerprint;
    const first = await fingerprint(pictures, 8);
    const moved = pictures.map((picture) => ({ ...picture, id: `moved/${picture.id}`, mtimeMs: 0 }));
    expect(await fingerprint(moved, 8)).toBe(first);
    expect(await fingerprint(pictures, 9)).not.toBe(first);
    expect(await fingerprint(pictures.toReversed(), 8)).not.toBe(first);
    expect(await fingerprint(pictures.slice(1), 8)).not.toBe(first);
  });

  it('stays whole when the building of another is interrupted', async () => {
    await writePictures(30);
    const pictures = await scanned();
    const { fingerprint } = await buildCache(pictures.slice(0, 4), cacheDir(), { shortSide: 8 });
    const abort = new AbortController();
    const onProgress = (done: number): void => {
      if (done === 11) abort.abort(new Error('interrupted'));
    };
    const building = buildCache(pictures, cacheDir(), { shortSide: 8, onProgress, signal: abort.signal });
    await expect(building).rejects.toThrow('interrupted');
    expect((await readdir(dir())).sort()).toEqual(['cache', 'pictures']);
    const cache = openCache(cacheDir());
    expect(cache.fingerprint).toBe(fingerprint);
    cache.close();
  });

  it('stays whole when the building of another is killed, which the next one clears away', async () => {
    await writePictures(30);
    const pictures = await scanned();
    const { fingerprint } = await buildCache(pictures.slice(0, 4), cacheDir(), { shortSide: 8 });
    const script = `
      import { buildCache } from ${JSON.stringify(import.meta.resolve('#src/data/cache/cache-build.js'))};
      const onProgress = (done) => done === 11 && process.kill(process.pid, 'SIGKILL');
      await buildCache(${JSON.stringify(pictures)}, ${JSON.stringify(cacheDir())}, { shortSide: 8, onProgress });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    expect((await readdir(dir())).sort()).toEqual(['cache', 'cache.partial', 'pictures']);
    const cache = openCache(cacheDir());
    expect(cache.fingerprint).toBe(fingerprint);
    cache.close();
    expect((await buildCache(pictures, cacheDir(), { shortSide: 8 })).numPictures).toBe(30);
    expect((await readdir(dir())).sort()).toEqual(['cache', 'pictures']);
  });

  it('replaces what is there, also the rest of a crashed build', async () => {
    await writePictures(4);
    const pictures = await scanned();
    await buildCache(pictures, cacheDir(), { shortSide: 8 });
    await buildCache(pictures, `${cacheDir()}.partial`, { shortSide: 8 });
    await buildCache(pictures.slice(2), cacheDir(), { shortSide: 8 });
    expect(existsSync(`${cacheDir()}.partial`)).toBe(false);
    const cache = openCache(cacheDir());
    expect(cache.length).toBe(2);
    cache.close();
  });

  it('is refused where there is none, where it is cut short, and of another version', async () => {
    await writePictures(3);
    expect(() => openCache(cacheDir())).toThrow(RunError);
    expect(() => openCache(cacheDir())).toThrow(/cache: expected a picture cache, got: ENOENT/);
    await buildCache(await scanned(), cacheDir(), { shortSide: 8 });
    const cache = openCache(cacheDir());
    await truncate(join(cacheDir(), 'pixels.bin'), 10);
    expect(() => cache.read(2)).toThrow(/expected the pixels of picture 2, got the end of the file/);
    cache.close();
    expect(() => openCache(cacheDir())).toThrow(/expected \d+ bytes of pixels, got 10/);
    await writeFile(join(cacheDir(), 'cache.json'), '{"version": 99}');
    expect(() => openCache(cacheDir())).toThrow(
      /cache\.json: expected version 1 or an earlier one, got 99: a newer instdisc has written it/,
    );
  });

  it('refuses a short side of nothing, and pictures none of which decodes', async () => {
    const paths = await writePictures(2);
    const pictures = await scanned();
    await expect(buildCache(pictures, cacheDir(), { shortSide: 0 })).rejects.toThrow(
      'shortSide: expected a positive integer, got 0',
    );
    for (const path of paths) await writeFile(path, 'gone bad');
    await expect(buildCache(pictures, cacheDir(), { shortSide: 8 })).rejects.toThrow(
      /cache: expected pictures that can be decoded, got none of 2, e\.g\. .*0\.png: damaged/,
    );
    expect(await readdir(dir())).toEqual(['pictures']);
  });

  it('keeps half as much again as the crop needs, and CIFAR as it is', () => {
    expect(cacheShortSide(32)).toBe(48);
    expect(cacheShortSide(224)).toBe(336);
    expect(cacheShortSide(33)).toBe(50);
  });
});
