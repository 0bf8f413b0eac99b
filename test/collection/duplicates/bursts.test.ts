import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, expect, it } from 'vitest';
import type { Collection } from '#src/collection/collection.js';
import { burstStacks } from '#src/collection/duplicates/bursts.js';
import { duplicatePairs } from '#src/collection/duplicates/duplicates.js';
import { KnownFiles } from '#src/collection/duplicates/known-files.js';
import { tempFolder } from '../../store/temp-folder.js';
import { makeCollection } from '../made-collection.js';

const root = tempFolder();
/** When each was taken, and its direction in degrees; the last two say nothing, or lie about another day. */
const TAKEN: readonly (readonly [string | undefined, number])[] = [
  ['2024:05:01 10:00:04', 0],
  ['2024:05:01 10:00:00', 5],
  ['2024:05:01 10:00:02', 10],
  ['2024:05:01 10:00:03', 80],
  ['2024:05:01 11:00:00', 4],
  [undefined, 2],
];
let collection: Collection;

beforeAll(async () => {
  const made = makeCollection(
    TAKEN.map(([, degrees]) => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]),
  );
  const pictures = await Promise.all(
    TAKEN.map(async ([taken], i) => {
      const id = join(root, `${i}.jpg`);
      const image = sharp({ create: { width: 4, height: 4, channels: 3, background: { r: 40 * i, g: 0, b: 0 } } });
      await (taken === undefined ? image : image.withExif({ IFD2: { DateTimeOriginal: taken } })).jpeg().toFile(id);
      return { ...made.pictures[i]!, id };
    }),
  );
  collection = { ...made, pictures };
});

const stacks = async (seconds: number, threshold = 0.9) => {
  const pairs = await duplicatePairs(collection, { floor: 0.8 });
  return burstStacks(pairs, new KnownFiles(collection), { seconds, threshold });
};

it('is what is alike and near in time to another, in the order in which it was taken', async () => {
  const [stack, ...others] = await stacks(2);
  expect(others).toEqual([]);
  expect(stack).toMatchObject({ rows: [1, 2, 0], from: '2024-05-01T10:00:00', to: '2024-05-01T10:00:04' });
  // 1 and 2 are 5° apart, 2 and 0 are 10°.
  expect(stack!.similarity).toBeCloseTo(Math.cos((10 * Math.PI) / 180), 5);
});

it('is none where pictures are too far apart in time, or too unlike', async () => {
  expect(await stacks(1)).toEqual([]);
  expect((await stacks(2, 0.99)).map(({ rows }) => rows)).toEqual([[1, 2]]);
  expect((await stacks(3600)).map(({ rows }) => rows)).toEqual([[1, 2, 0, 4]]);
});
