/** @file What a cache says of files that are not as they were written, and a cache of version 0.1 that cannot say it. */

import { existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { DamageError, RunError } from '#src/core/errors.js';
import { openCache } from '#src/data/cache/cache.js';
import { buildCache } from '#src/data/cache/cache-build.js';
import { cacheDifferences } from '#src/data/cache/cache-compare.js';
import { checksumsDigest } from '#src/data/cache/cache-files.js';
import type { Picture } from '#src/data/picture.js';
import { scan } from '#src/data/scan/scan.js';
import { encoder, noise, useTempDir } from './pictures.js';

const dir = useTempDir();
const file = (name = '.'): string => join(dir(), 'cache', name);
const settings = { shortSide: 8 };
let pictures: readonly Picture[];
let fingerprint: string;

beforeEach(async () => {
  for (let i = 0; i < 4; i++) {
    await encoder(noise(8 + i, 9, i))
      .png()
      .toFile(join(dir(), `${i}.png`));
  }
  writeFileSync(join(dir(), 'broken.png'), readFileSync(join(dir(), '0.png')).subarray(0, 100));
  ({ pictures } = await scan([dir()]));
  ({ fingerprint } = await buildCache(pictures, file(), settings));
});

function flip(name: string, at: number): void {
  const bytes = readFileSync(file(name));
  bytes[at]! ^= 1;
  writeFileSync(file(name), bytes);
}

/** Makes of it what version 0.1 wrote. */
function makeOld(): void {
  const { digests: _, ...header } = JSON.parse(readFileSync(file('cache.json'), 'utf8'));
  writeFileSync(file('cache.json'), JSON.stringify(header));
  rmSync(file('checksums.bin'));
}

describe('a cache', () => {
  it('names its file where the system refuses to read it', () => {
    const cache = openCache(file());
    cache.close();
    expect(() => cache.read(0)).toThrow(`${file('pixels.bin')}: expected`);
  });

  it('finds one bit of a picture that is flipped, leaves a note of it, and reads the others', async () => {
    const before = openCache(file());
    const whole = [0, 1, 2, 3].map((i) => before.read(i));
    before.close();
    flip('pixels.bin', whole[0]!.pixels.length + 7);
    const cache = openCache(file());
    for (const i of [0, 2, 3]) expect(cache.read(i)).toEqual(whole[i]);
    expect(await cacheDifferences(file(), pictures, settings)).toEqual([]);
    expect(() => cache.read(1)).toThrow(DamageError);
    expect(() => cache.read(1)).toThrow(
      /pixels\.bin: expected the pixels of picture 1, of CRC-32 [0-9a-f]+, got others/,
    );
    cache.close();
    await expect(cacheDifferences(file(), pictures, settings)).rejects.toThrow(/pixels of picture 1, of CRC-32/);
  });

  it.each([
    'sizes.bin',
    'checksums.bin',
    'manifest.jsonl',
    'quarantine.jsonl',
  ])('is refused with one bit of %s flipped, cut short, or without it', async (name) => {
    flip(name, 3);
    const failing = cacheDifferences(file(), pictures, settings);
    await expect(failing).rejects.toThrow(DamageError);
    await expect(failing).rejects.toThrow(file(name));
    truncateSync(file(name), 2);
    await expect(cacheDifferences(file(), pictures, settings)).rejects.toThrow(DamageError);
    rmSync(file(name));
    await expect(cacheDifferences(file(), pictures, settings)).rejects.toThrow(DamageError);
  });

  it.each([
    'shortSide',
    'fingerprint',
    'numPictures',
    'digests',
  ])('is refused with another %s in its header', (name) => {
    const header = JSON.parse(readFileSync(file('cache.json'), 'utf8'));
    const others = { shortSide: 9, fingerprint: 'ab', numPictures: 3, digests: { ...header.digests, sizes: 'ab' } };
    writeFileSync(file('cache.json'), JSON.stringify({ ...header, [name]: others[name as keyof typeof others] }));
    expect(() => {
      const cache = openCache(file());
      cache.close();
      return cache.ids;
    }).toThrow(DamageError);
  });

  it.each([
    ['no JSON', '{"vers'],
    ['null', 'null'],
    ['an unknown field', undefined],
  ])('is refused with %s for a header', (_, text) => {
    const header = JSON.parse(readFileSync(file('cache.json'), 'utf8'));
    writeFileSync(file('cache.json'), text ?? JSON.stringify({ ...header, digestz: 1 }));
    expect(() => openCache(file())).toThrow(DamageError);
  });

  it('without its pixels is damaged', async () => {
    rmSync(file('pixels.bin'));
    await expect(cacheDifferences(file(), pictures, settings)).rejects.toThrow(DamageError);
    expect(() => openCache(file())).toThrow('pixels.bin: expected the pixels of a picture cache, got nothing there.');
  });

  it('without its header is damaged, not absent', async () => {
    rmSync(file('cache.json'));
    await expect(cacheDifferences(file(), pictures, settings)).rejects.toThrow(DamageError);
  });

  it('of version 0.1 is read as it was, and only its fingerprint is checked', async () => {
    makeOld();
    expect(await cacheDifferences(file(), pictures, settings)).toEqual([]);
    flip('pixels.bin', 0);
    const cache = openCache(file());
    expect(cache).toMatchObject({ fingerprint, length: 4 });
    expect(cache.read(0).pixels).toHaveLength(3 * 8 * 9);
    cache.close();
    writeFileSync(
      file('manifest.jsonl'),
      readFileSync(file('manifest.jsonl'), 'utf8').replace(/"key":"../, '"key":"zz'),
    );
    await expect(cacheDifferences(file(), pictures, settings)).rejects.toThrow(DamageError);
  });
});

describe('a cache that is built anew', () => {
  it('comes to the same, and takes the note of damage away', async () => {
    const expected = { fingerprint, checksums: checksumsDigest(file()) };
    const pixels = readFileSync(file('pixels.bin'));
    flip('pixels.bin', 0);
    const cache = openCache(file());
    expect(() => cache.read(0)).toThrow(DamageError);
    cache.close();
    expect(existsSync(file('damaged'))).toBe(true);
    await buildCache(pictures, file(), { ...settings, expected });
    expect(readFileSync(file('pixels.bin'))).toEqual(pixels);
    expect(await cacheDifferences(file(), pictures, settings)).toEqual([]);
  });

  it('takes the place of none if it is of other pictures, or if they decode to other pixels', async () => {
    const checksums = checksumsDigest(file());
    const before = readdirSync(file()).map((name) => readFileSync(file(name)));
    const build = (some: readonly Picture[], expected: { fingerprint: string; checksums: string | undefined }) =>
      buildCache(some, file(), { ...settings, expected });
    const others = build(pictures.slice(1), { fingerprint, checksums });
    await expect(others).rejects.toThrow(RunError);
    await expect(others).rejects.toThrow('expected the pictures it was trained on');
    await expect(build(pictures, { fingerprint, checksums: 'others' })).rejects.toThrow('expected the pixels');
    expect(readdirSync(file()).map((name) => readFileSync(file(name)))).toEqual(before);
    await build(pictures, { fingerprint, checksums: undefined });
  });

  it('does not take a damaged list of checksums for what the pixels must come to', () => {
    flip('checksums.bin', 0);
    expect(checksumsDigest(file())).toBeUndefined();
  });
});
