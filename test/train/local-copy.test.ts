import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { RunError } from '#src/core/errors.js';
import { openCache } from '#src/data/cache/cache.js';
import { buildCache } from '#src/data/cache/cache-build.js';
import { sharePath, writeShares } from '#src/data/cache/shared-cache.js';
import { scan } from '#src/data/scan/scan.js';
import { localCopy } from '#src/train/local-copy.js';
import { drawPictures, tempFolder } from '../cli/cli.js';

const OF = 3;
const root = tempFolder();
const [whole, shared] = [join(root, 'whole'), join(root, 'shared')];

beforeAll(async () => {
  const pictures = await drawPictures(join(root, 'pictures'), 4);
  await buildCache((await scan([pictures])).pictures, whole, { shortSide: 8 });
  await mkdir(shared);
  const shares = [];
  for (let share = 0; share < OF; share++) {
    const own = await scan([pictures], { shares: { of: OF, own: [share] } });
    const { numPictures, fingerprint } = await buildCache(own.pictures, sharePath(shared, share, OF), { shortSide: 8 });
    shares.push({ numPictures, fingerprint });
  }
  await writeShares(shared, shares);
});

/** The copy, and the bytes that were copied. */
async function copied(dir: string, first: number, length: number, into: string): Promise<[string, number]> {
  let numCopied = 0;
  const copy = await localCopy(openCache(dir), { first, length }, into, (numBytes) => {
    numCopied = numBytes;
  });
  return [copy, numCopied];
}

describe('a local copy', () => {
  it('has the pixels of the whole cache, and is made once', async () => {
    const into = join(root, 'a', 'disk');
    const { length } = openCache(whole);
    const [copy, numBytes] = await copied(whole, 0, length, into);
    expect(numBytes).toBeGreaterThan((await stat(join(whole, 'pixels.bin'))).size);
    for (let i = 0; i < length; i++) expect(openCache(copy).read(i)).toEqual(openCache(whole).read(i));
    expect(await copied(whole, 0, length, into)).toEqual([copy, 0]);
  });

  it('has the shares that are read, under the places of all', async () => {
    const into = join(root, 'of-shares');
    const firsts = [0, 1, 2].map((share) => openCache(sharePath(shared, share, OF)).length);
    const first = firsts[0]! + firsts[1]!;
    const [last] = await copied(shared, first, firsts[2]!, into);
    expect((await readdir(last)).sort()).toEqual(['share-2-of-3', 'shares.json']);
    expect(openCache(last).read(first)).toEqual(openCache(shared).read(first));
    const [across] = await copied(shared, first - 1, 2, into);
    expect((await readdir(across)).sort()).toEqual(['share-1-of-3', 'share-2-of-3', 'shares.json']);
    expect((await readdir(into)).length).toBe(2);
  });

  it('is made anew where it was found damaged', async () => {
    const into = join(root, 'damaged');
    const [copy] = await copied(whole, 0, 1, into);
    await writeFile(join(copy, 'pixels.bin'), new Uint8Array((await stat(join(copy, 'pixels.bin'))).size));
    expect(() => openCache(copy).read(0)).toThrow(join(copy, 'pixels.bin'));
    const [again, numBytes] = await copied(whole, 0, 1, into);
    expect([again, numBytes > 0]).toEqual([copy, true]);
    expect(openCache(again).read(0)).toEqual(openCache(whole).read(0));
  });

  it('says what to do where it cannot be written', async () => {
    const taken = join(root, 'taken');
    await writeFile(taken, 'a file');
    const error: unknown = await copied(whole, 0, 1, taken).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RunError);
    expect((error as Error).message).toMatch(/taken: expected a folder .*--local-cache, or none\./);
  });
});
