import { readFileSync, writeFileSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Collection } from '#src/collection/collection.js';
import { groupsAt } from '#src/collection/duplicates/duplicate-groups.js';
import { duplicatePairs } from '#src/collection/duplicates/duplicates.js';
import { judgeGroups } from '#src/collection/duplicates/judge-groups.js';
import { KnownFiles } from '#src/collection/duplicates/known-files.js';
import {
  keptTurnedPairs,
  type TurnedPair,
  turnedInWords,
  turnedPairs,
} from '#src/collection/duplicates/turned/turned-pairs.js';
import { openTrainingCollection } from '#src/collection/open-collection.js';
import { drawDataset } from '#src/data/synthetic/dataset.js';
import { openRun, type TrainedRun } from '#src/run/open-run.js';
import { trainOn } from '../../server/tiny-run.js';
import { tempFolder } from '../../store/temp-folder.js';

const root = tempFolder();
const [pictures, runPath] = [join(root, 'pictures'), join(root, 'run')];
let run: TrainedRun;
let collection: Collection;
let pairs: readonly TurnedPair[];

/** Copies of one of the drawn pictures each, and how they are told. */
const COPIES: Readonly<Record<string, readonly [of: string, alter: (image: Sharp) => Sharp, told: RegExp]>> = {
  'z-mirrored.png': ['cat', (image) => image.flop(), /^mirrored$/],
  'z-turned.png': ['car', (image) => image.rotate(90), /^turned by 90°$/],
  // Sharp mirrors after it turns: upside down and mirrored is flipped.
  'z-both.png': ['boat', (image) => image.flip(), /^mirrored and turned by 180°$/],
  'z-cropped.png': [
    'tree',
    (image) => image.extract({ left: 4, top: 2, width: 58, height: 58 }),
    /^cropped to \d\d %$/,
  ],
};

beforeAll(async () => {
  await drawDataset(pictures, { perKind: 2, first: 0, seed: 1, size: 64 });
  await mkdir(join(pictures, 'copies'));
  for (const [name, [kind, alter]] of Object.entries(COPIES)) {
    await alter(sharp(join(pictures, kind, '00000.jpg')))
      .png()
      .toFile(join(pictures, 'copies', name));
  }
  await trainOn(pictures, runPath, 1);
  run = await openRun(runPath, { threads: 1 });
  collection = await openTrainingCollection(run);
  pairs = await turnedPairs(runPath, collection);
  return () => run.release();
}, 180_000);

const rowOf = (name: string): number => collection.pictures.findIndex((picture) => picture.name === name);

describe('turnedPairs', () => {
  it('finds each copy with what was done to it, and no others', () => {
    const found = pairs.map(({ first, second }) => [first, second].map((row) => collection.pictures[row]!.name).sort());
    const made = Object.entries(COPIES).map(([name, [kind]]) => [`${kind}/00000.jpg`, `copies/${name}`].sort());
    expect(found.map(String).sort()).toEqual(made.map(String).sort());
  });

  it('says in words how one becomes the other, either way', () => {
    for (const [name, [kind, , told]] of Object.entries(COPIES)) {
      const [copy, original] = [rowOf(`copies/${name}`), rowOf(`${kind}/00000.jpg`)];
      const pair = pairs.find(
        ({ first, second }) => [first, second].includes(copy) && [first, second].includes(original),
      )!;
      expect(turnedInWords(pair, original)).toMatch(told);
      if (name === 'z-turned.png') expect(turnedInWords(pair, copy)).toBe('turned by 270°');
      if (name === 'z-cropped.png') expect(turnedInWords(pair, copy)).toMatch(/^shows more, of which this is 8\d %$/);
    }
  });

  it('are kept for these pictures, and found again where they are damaged', async () => {
    const kept = (of = collection) => keptTurnedPairs(runPath, of);
    expect(await kept()).toEqual(pairs);
    expect(await kept({ ...collection, pictures: collection.pictures.slice(1) })).toBeUndefined();
    const path = join(runPath, 'turned.json');
    const text = readFileSync(path, 'utf8');
    await cp(path, `${path}.saved`);
    writeFileSync(path, text.replace('"pose":', '"pose": '));
    expect(await kept()).toEqual(pairs);
    writeFileSync(path, text.replace(/"pose":\d/, '"pose":3'));
    expect(await kept()).toBeUndefined();
    writeFileSync(path, text);
  });

  it('make groups at any threshold, whose pictures say what they are to the one that stays', async () => {
    const found = await duplicatePairs(collection, { turned: pairs });
    const { groups } = groupsAt(found, 1);
    expect(groups).toHaveLength(Object.keys(COPIES).length);
    const judged = await judgeGroups(groups, new KnownFiles(collection), groups, { turned: found.turned });
    const relations = judged.flatMap((group) => group.pictures.flatMap(({ relation }) => relation ?? []));
    expect(relations).toHaveLength(Object.keys(COPIES).length);
  });
});
