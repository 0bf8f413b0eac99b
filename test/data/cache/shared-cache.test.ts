import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ArgumentError, DamageError, DataError } from '#src/core/errors.js';
import { shareOf } from '#src/core/shares.js';
import { openCache } from '#src/data/cache/cache.js';
import { buildCache } from '#src/data/cache/cache-build.js';
import { readShares, removeOtherShares, sharePath, writeShares } from '#src/data/cache/shared-cache.js';
import { scan } from '#src/data/scan/scan.js';
import { encoder, noise, useTempDir } from '../pictures.js';

const dir = useTempDir();
const OF = 3;

/** Pictures in two classes, beside a file that is none. */
async function writePictures(): Promise<string> {
  const root = join(dir(), 'pictures');
  for (let i = 0; i < 20; i++) {
    await mkdir(join(root, `class ${i % 2}`), { recursive: true });
    await encoder(noise(10 + (i % 7), 12, i))
      .png()
      .toFile(join(root, `class ${i % 2}`, `${i}.png`));
  }
  await writeFile(join(root, 'notes.txt'), 'none');
  return root;
}

async function buildShares(root: string): Promise<string> {
  const cache = join(dir(), 'cache');
  await mkdir(cache);
  const shares = [];
  for (let share = 0; share < OF; share++) {
    const { pictures } = await scan([root], { shares: { of: OF, own: [share] } });
    shares.push(await buildCache(pictures, sharePath(cache, share, OF), { shortSide: 8 }));
  }
  await writeShares(
    cache,
    shares.map(({ numPictures, fingerprint }) => ({ numPictures, fingerprint })),
  );
  return cache;
}

describe('a cache in shares', () => {
  it('has all pictures of a cache in one folder, those of each share together, with the same pixels', async () => {
    const root = await writePictures();
    const shared = openCache(await buildShares(root));
    const { pictures } = await scan([root]);
    await buildCache(pictures, join(dir(), 'whole'), { shortSide: 8 });
    const whole = openCache(join(dir(), 'whole'));
    expect(shared.length).toBe(whole.length);
    expect(shared.shortSide).toBe(8);
    expect([...shared.ids].sort()).toEqual([...whole.ids]);
    const owners = shared.ids.map((id) => shareOf(id, OF));
    expect(owners).toEqual(owners.toSorted());
    for (const [place, id] of shared.ids.entries()) {
      const other = whole.ids.indexOf(id);
      expect(shared.read(place)).toEqual(whole.read(other));
      expect([shared.labels[place], shared.keys[place]]).toEqual([whole.labels[other], whole.keys[other]]);
    }
    expect(() => shared.read(20)).toThrow(ArgumentError);
    shared.close();
    whole.close();
  });

  it('makes way for shares of another number, and keeps those of this one', async () => {
    const cache = await buildShares(await writePictures());
    await mkdir(sharePath(cache, 0, 2));
    await removeOtherShares(cache, OF);
    expect(existsSync(sharePath(cache, 0, 2))).toBe(false);
    expect(existsSync(sharePath(cache, 2, OF))).toBe(true);
    await removeOtherShares(cache, 2);
    expect(existsSync(sharePath(cache, 2, OF))).toBe(false);
  });

  it('says so where the list of shares is damaged', async () => {
    const cache = await buildShares(await writePictures());
    expect(
      readShares(cache)
        ?.map(({ numPictures }) => numPictures)
        .reduce((a, b) => a + b),
    ).toBe(20);
    for (const text of ['{"version":1,"shares":[', '{"version":1,"shares":[]}']) {
      await writeFile(join(cache, 'shares.json'), text);
      expect(() => openCache(cache)).toThrow(DamageError);
    }
  });
});

describe('a scan of a share', () => {
  it('finds its pictures alone, and knows that it has seen the same files as the others', async () => {
    const root = await writePictures();
    const reports = [];
    for (const own of [[0], [1], [2], [0, 1, 2]]) reports.push(await scan([root], { shares: { of: OF, own } }));
    const ids = reports.map(({ pictures }) => pictures.map(({ id }) => id));
    expect(ids.slice(0, 3).flat().sort()).toEqual(ids[3]);
    expect(new Set(reports.map(({ names }) => names)).size).toBe(1);
    await writeFile(join(root, 'more.txt'), 'none');
    expect((await scan([root], { shares: { of: OF, own: [0] } })).names).not.toBe(reports[0]!.names);
  });

  it('may find none where others do, but not where there are none', async () => {
    const root = join(dir(), 'few');
    await mkdir(root);
    await writeFile(join(root, 'notes.txt'), 'none');
    await expect(scan([root], { shares: { of: 1, own: [0] } })).rejects.toThrow(DataError);
    await encoder(noise(9, 9, 1))
      .png()
      .toFile(join(root, 'one.png'));
    const of = shareOf(join(root, 'one.png'), 2);
    expect((await scan([root], { shares: { of: 2, own: [1 - of] } })).pictures).toEqual([]);
  });
});
