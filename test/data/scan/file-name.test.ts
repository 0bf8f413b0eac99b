/** @file Names that are not UTF-8, and names that are spelt in two ways. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { embeddingsSource } from '#src/collection/open-collection.js';
import { printable } from '#src/core/printable.js';
import { buildCache } from '#src/data/cache/cache-build.js';
import { cacheDifferences } from '#src/data/cache/cache-compare.js';
import { coverage } from '#src/data/scan/coverage.js';
import { nameOf, openable } from '#src/data/scan/file-name.js';
import { scan } from '#src/data/scan/scan.js';
import { encoder, gradient, noise, useTempDir } from '../pictures.js';

const dir = useTempDir();
const jpeg = await encoder(gradient(12, 8)).jpeg().toBuffer();
const png = await encoder(noise(12, 8)).png().toBuffer();
const COMPOSED = 'M\u00f6we';
const DECOMPOSED = 'Mo\u0308we';
/** In Latin-1. */
const BYTES = Buffer.from(COMPOSED, 'latin1');

function at(...names: (string | Buffer)[]): Buffer {
  return Buffer.concat(
    [dir(), ...names].flatMap((name, i) => [Buffer.from(i === 0 ? '' : '/'), Buffer.from(name as string)]),
  );
}

describe('names', () => {
  it.each([
    BYTES,
    Buffer.from([0xff, 0xfe, 0x41, 0xc3]),
    Buffer.from('plain.jpg'),
    Buffer.from('\ufffd and \ueff6, written out, 日本 🦊'),
    Buffer.from([0xed, 0xa0, 0x80, 0xf4, 0x90, 0x80, 0x80]),
    Buffer.from(Uint8Array.from({ length: 255 }, (_, i) => i + 1)),
  ])('are text, and lead back to their bytes: %s', (bytes) => {
    const name = nameOf(bytes);
    expect(Buffer.from(openable(name) as string)).toEqual(bytes);
    // It survives what ids go through: JSON and UTF-8.
    expect(Buffer.from(JSON.parse(JSON.stringify(name)), 'utf8').toString()).toBe(name);
  });

  it('stay as they are where they are UTF-8', () => {
    expect(nameOf(Buffer.from(`${COMPOSED} 日本 🦊`))).toBe(`${COMPOSED} 日本 🦊`);
    expect(openable('/pics/a.jpg')).toBe('/pics/a.jpg');
  });

  it('show their bytes to people', () => {
    expect(printable(nameOf(BYTES))).toBe('M\\xf6we');
  });
});

describe.skipIf(process.platform !== 'linux')('files whose names are not UTF-8', () => {
  it('are read, and so are folders of such names, with labels that people can read', async () => {
    mkdirSync(at(BYTES));
    writeFileSync(at(BYTES, 'a.jpg'), jpeg);
    writeFileSync(at(BYTES, Buffer.from([0xe4, 0x2e, 0x70, 0x6e, 0x67])), png);
    const { pictures, skipped } = await scan([dir()]);
    expect(skipped).toEqual([]);
    expect(pictures.map(({ label }) => label)).toEqual([COMPOSED, COMPOSED]);
    const report = await buildCache(pictures, join(dir(), 'cache'), { shortSide: 8 });
    expect(report).toMatchObject({ numPictures: 2, quarantined: [] });
    expect(await cacheDifferences(join(dir(), 'cache'), pictures, { shortSide: 8 })).toEqual([]);
  });

  it('are found by a path in UTF-8', async () => {
    mkdirSync(at(BYTES));
    writeFileSync(at(BYTES, 'a.jpg'), jpeg);
    const { pictures } = await scan([join(dir(), COMPOSED, 'a.jpg')]);
    expect(pictures.map(({ id }) => basename(id))).toEqual(['a.jpg']);
  });

  it('whose path does not arrive whole are not said to be missing only', async () => {
    await expect(scan([join(dir(), 'M\ufffdwe')])).rejects.toThrow('Its name is not UTF-8');
  });
});

describe('two spellings of a name', () => {
  it.skipIf(process.platform === 'darwin')(
    'lead to the file that is there, and folders of either are one class',
    async () => {
      mkdirSync(at('1'));
      mkdirSync(at('1', DECOMPOSED));
      mkdirSync(at('2'));
      mkdirSync(at('2', COMPOSED));
      writeFileSync(at('1', DECOMPOSED, 'a.jpg'), jpeg);
      writeFileSync(at('2', COMPOSED, 'b.jpg'), jpeg);
      const { pictures } = await scan([join(dir(), '1'), join(dir(), '2')]);
      expect(pictures.map(({ label }) => label)).toEqual([COMPOSED, COMPOSED]);
      const { pictures: found } = await scan([join(dir(), '1', COMPOSED, 'a.jpg')]);
      expect(found[0]!.id).toBe(join(dir(), '1', DECOMPOSED, 'a.jpg'));
    },
  );

  it('find the picture among those that are searched', async () => {
    const ids = [`/pics/${DECOMPOSED}.jpg`, '/pics/a.jpg'];
    const source = embeddingsSource({ ids, features: Float32Array.of(1, 0, 0, 1), dim: 2 });
    expect(await source.lookUp(`/pics/${COMPOSED}.jpg`)).toMatchObject({ id: ids[0], feature: Float32Array.of(1, 0) });
  });

  it('name the same part of an index', () => {
    const isCovered = coverage([`/pics/${COMPOSED}`], []);
    expect(isCovered(`/pics/${DECOMPOSED}/a.jpg`)).toBe(true);
    expect(isCovered('/pics/Mowe/a.jpg')).toBe(false);
  });
});
