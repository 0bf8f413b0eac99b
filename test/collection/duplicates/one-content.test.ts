import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { groupsAt } from '#src/collection/duplicates/duplicate-groups.js';
import { type DuplicatePairs, duplicatePairs } from '#src/collection/duplicates/duplicates.js';
import { Random } from '#src/core/random.js';
import { tempFolder } from '../../store/temp-folder.js';
import { makeCollection } from '../made-collection.js';

const random = new Random(3, 'sample');
const listed = ({ first, second }: DuplicatePairs): string[] => Array.from(first, (row, i) => `${row},${second[i]}`);

describe('duplicatePairs of links', () => {
  const root = tempFolder();
  const at = (...names: string[]): string => join(root, ...names);
  mkdirSync(at('real'));
  for (const name of ['a', 'copy', 'batch']) writeFileSync(at('real', name), 'pixels');
  linkSync(at('real', 'a'), at('real', 'hard'));
  symlinkSync(at('real', 'a'), at('link'));
  symlinkSync(at('real'), at('folder'));

  /** Pictures of one content, or of different contents that look the same. */
  const pairsOf = async (ids: readonly string[], hashes?: readonly string[]): Promise<DuplicatePairs> => {
    const made = makeCollection(ids.map(() => [1, 0, 0]));
    const pictures = made.pictures.map((picture, i) => ({ ...picture, id: ids[i]!, hash: hashes?.[i] ?? 'same' }));
    return duplicatePairs({ ...made, pictures });
  };

  it('leaves out links to files and folders, whichever comes first, and tells them', async () => {
    for (const link of [at('link'), at('folder', 'a')]) {
      for (const ids of [
        [link, at('real', 'a')],
        [at('real', 'a'), link],
      ]) {
        for (const hashes of [undefined, ['before', 'after']]) {
          const pairs = await pairsOf(ids, hashes);
          expect(pairs.first).toHaveLength(0);
          expect(pairs.links).toEqual([{ path: link, of: at('real', 'a') }]);
        }
      }
    }
  });

  it('leaves out all but one of several links, and of records in a linked file', async () => {
    const pairs = await pairsOf([at('folder', 'a'), at('link')]);
    expect([pairs.first.length, pairs.links]).toEqual([0, [{ path: at('link'), of: at('folder', 'a') }]]);
    const records = await pairsOf([at('folder', 'batch#3'), at('real', 'batch#3'), at('real', 'batch#4')]);
    expect(records.links).toEqual([{ path: at('folder', 'batch#3'), of: at('real', 'batch#3') }]);
    expect(listed(records)).toEqual(['1,2']);
  });

  it('leaves out hard links, of which none takes room, and keeps copies and what is not there', async () => {
    const pairs = await pairsOf([at('folder', 'a'), at('real', 'a'), at('real', 'copy'), at('real', 'hard')]);
    expect(listed(pairs)).toEqual(['1,2']);
    expect(pairs.links).toEqual([
      { path: at('folder', 'a'), of: at('real', 'a') },
      { path: at('real', 'hard'), of: at('real', 'a') },
    ]);
    expect(listed(await pairsOf(['/nowhere/a', '/nowhere/b']))).toEqual(['0,1']);
  });
});

describe('duplicatePairs of pictures whose pixels are the same', () => {
  const root = tempFolder();
  const at = (name: string): string => join(root, name);

  it('are those of lossless files, whatever is said beside them, and no others', async () => {
    const pixels = Buffer.from(Array.from({ length: 3 * 64 }, () => random.integer(256)));
    const image = (): Sharp => sharp(pixels, { raw: { width: 8, height: 8, channels: 3 } });
    await image().png().toFile(at('a.png'));
    await image().png({ compressionLevel: 0 }).toFile(at('b.png'));
    await image()
      .withExif({ IFD0: { Artist: 'somebody' } })
      .webp({ lossless: true })
      .toFile(at('c.webp'));
    await image().jpeg({ quality: 100 }).toFile(at('d.jpg'));
    pixels[7]! ^= 1;
    await image().png().toFile(at('e.png'));
    const names = ['a.png', 'b.png', 'c.webp', 'd.jpg', 'e.png'];
    const made = makeCollection(names.map(() => [1, 0]));
    const pictures = made.pictures.map((picture, i) => ({ ...picture, id: at(names[i]!), hash: names[i]! }));
    const { groups } = groupsAt(await duplicatePairs({ ...made, pictures }), 0.97);
    expect(groups.map(({ kind, rows: group, exact }) => [kind, group, exact])).toEqual([
      ['same', [0, 1, 2], false],
      ['similar', [0, 3, 4], false],
    ]);
  });
});
