import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Collection } from '#src/collection/collection.js';
import { groupsAt } from '#src/collection/duplicate-groups.js';
import { type DuplicatePairs, duplicatePairs, MAX_PARTNERS, pairsAt } from '#src/collection/duplicates.js';
import { Random } from '#src/core/random.js';
import { tempFolder } from '../store/temp-folder.js';
import { makeCollection, similarity } from './made-collection.js';

const random = new Random(3, 'sample');
const noise = (amount: number): number[] => Array.from({ length: 6 }, () => amount * random.normal());
/** Sixty directions, some of them taken several times with a little noise. */
const rows = Array.from({ length: 60 }, () => noise(1)).flatMap((row, i) =>
  Array.from({ length: 1 + (i % 4) }, () => noise(0.12).map((value, j) => value + row[j]!)),
);
const collection = makeCollection(rows);
const n = rows.length;

/** All pairs by two loops: `lower,higher` to similarity. */
function pairsByLoops(made: Collection, floor: number): Map<string, number> {
  const pairs = new Map<string, number>();
  for (let a = 0; a < made.pictures.length; a++) {
    for (let b = a + 1; b < made.pictures.length; b++) {
      const cosine = similarity(made, a, b);
      if (cosine >= floor) pairs.set(`${a},${b}`, cosine);
    }
  }
  return pairs;
}

/** The best over all ways from one row to another of the weakest link on the way, by relaxation until nothing changes. */
function weakestLinks(made: Collection, threshold: number): number[][] {
  const size = made.pictures.length;
  const best = Array.from({ length: size }, (_, a) =>
    Array.from({ length: size }, (_, b) => (similarity(made, a, b) >= threshold ? similarity(made, a, b) : 0)),
  );
  for (let via = 0; via < size; via++) {
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) best[a]![b] = Math.max(best[a]![b]!, Math.min(best[a]![via]!, best[via]![b]!));
    }
  }
  return best;
}

const listed = ({ first, second }: DuplicatePairs): string[] => Array.from(first, (row, i) => `${row},${second[i]}`);

describe('duplicatePairs', () => {
  it('finds the pairs that two loops find, the most similar first', async () => {
    const pairs = await duplicatePairs(collection, { floor: 0.9 });
    const expected = pairsByLoops(collection, 0.9);
    expect(expected.size).toBeGreaterThan(60);
    expect(listed(pairs).sort()).toEqual([...expected.keys()].sort());
    listed(pairs).forEach((key, i) => {
      expect(pairs.similarity[i]).toBeCloseTo(expected.get(key)!, 6);
    });
    expect(pairs.similarity).toEqual(pairs.similarity.slice().sort().reverse());
    expect(pairs.crowdedAt).toHaveLength(0);
  });

  it('takes a path that is there twice for one picture, alone and beside a duplicate', async () => {
    const names = ['a.jpg', 'a.jpg', 'b.jpg', 'a.jpg'];
    const same = [1, 0, 0];
    for (const hashes of [undefined, ['x', 'x', 'x', 'x']]) {
      const made = makeCollection([same, same, same, same], { names, ...(hashes && { hashes }) });
      const { groups, numSpare } = groupsAt(await duplicatePairs(made), 0.97);
      expect(groups.map(({ rows: group }) => group.map((row) => names[row]))).toEqual([['a.jpg', 'b.jpg']]);
      expect(numSpare).toBe(1);
    }
    const alone = makeCollection([same, same], { names: ['a.jpg', 'a.jpg'], hashes: ['x', 'x'] });
    expect((await duplicatePairs(alone)).first).toHaveLength(0);
  });

  it('pairs files of one hash whatever their features, once, and before all others', async () => {
    const made = makeCollection(
      [
        [1, 0],
        [0, 1],
        [1, 0],
        [-1, 0],
      ],
      { hashes: ['a', 'b', 'a', 'a'] },
    );
    const pairs = await duplicatePairs(made);
    expect(listed(pairs)).toEqual(['0,2', '2,3']);
    expect(pairs).toMatchObject({ numSame: 2, similarity: Float32Array.of(1, 1) });
  });

  it('keeps the nearest of a crowded picture, says so, and still joins all of them', async () => {
    const crowd = makeCollection(Array.from({ length: 2 * MAX_PARTNERS }, () => [1, 1]));
    const pairs = await duplicatePairs(crowd);
    expect(pairs.crowdedAt).toHaveLength(2 * MAX_PARTNERS);
    expect(new Set(listed(pairs)).size).toBe(pairs.first.length);
    const { groups, numCrowded } = groupsAt(pairs, 0.97);
    expect(groups.map(({ rows }) => rows.length)).toEqual([2 * MAX_PARTNERS]);
    expect(numCrowded).toBe(2 * MAX_PARTNERS);
  });

  it('finds none among one picture, or of pictures all unlike', async () => {
    expect((await duplicatePairs(makeCollection([[1, 0]]))).first).toHaveLength(0);
    expect(
      (
        await duplicatePairs(
          makeCollection([
            [1, 0],
            [0, 1],
          ]),
        )
      ).first,
    ).toHaveLength(0);
  });

  it('takes neighbours that are known, and stops when it is told to', async () => {
    const neighbours = await collection.nearest(
      collection.features,
      20,
      Int32Array.from({ length: n }, (_, i) => i),
    );
    const unsearchable = { ...collection, nearest: () => Promise.reject(new Error('not again')) };
    const pairs = await duplicatePairs(unsearchable, { neighbours });
    expect(listed(pairs)).toEqual(listed(await duplicatePairs(collection)));
    await expect(duplicatePairs(collection, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
      'enough',
    );
  });
});

describe('pairsAt', () => {
  it('counts the pairs from each threshold up', async () => {
    const pairs = await duplicatePairs(collection, { floor: 0.9 });
    const counts = pairsAt(pairs);
    expect(counts.map(({ threshold }) => threshold)).toEqual([
      0.9, 0.91, 0.92, 0.93, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99, 1,
    ]);
    for (const { threshold, numPairs } of counts) expect(numPairs).toBe(pairsByLoops(collection, threshold).size);
  });

  it('counts a similarity that is just the threshold in float32', () => {
    const similarity = Float32Array.of(0.97, 0.97, 0.95);
    const none = new Int32Array(3);
    const pairs = {
      numRows: 4,
      first: none,
      second: none,
      similarity,
      numSame: 0,
      crowdedAt: similarity,
      floor: 0.9,
      links: [],
    };
    expect(pairsAt(pairs, [0.97, 0.95])).toEqual([
      { threshold: 0.97, numPairs: 2 },
      { threshold: 0.95, numPairs: 3 },
    ]);
  });
});

describe('groupsAt', () => {
  it('joins what chains connect, with the weakest link of the strongest way', async () => {
    const pairs = await duplicatePairs(collection, { floor: 0.9 });
    for (const threshold of [0.9, 0.95, 0.97]) {
      const links = weakestLinks(collection, threshold);
      const { groups, numSpare } = groupsAt(pairs, threshold);
      const groupOf = new Map(groups.flatMap(({ rows }, group) => rows.map((row) => [row, group])));
      for (let row = 0; row < n; row++) {
        const connected = links[row]!.flatMap((link, other) => (link > 0 && other !== row ? [other] : []));
        expect(groupOf.has(row)).toBe(connected.length > 0);
        for (const other of connected) expect(groupOf.get(other)).toBe(groupOf.get(row));
      }
      for (const { rows, similarity } of groups) {
        const weakest = Math.min(...rows.flatMap((a) => rows.map((b) => (a === b ? 1 : links[a]![b]!))));
        expect(similarity).toBeCloseTo(weakest, 6);
      }
      expect(numSpare).toBe(groupOf.size - groups.length);
    }
  });

  it('puts the largest first, then the most similar', async () => {
    const made = makeCollection([
      [1, 0, 0],
      [1, 0.1, 0],
      [0, 1, 0],
      [0, 1, 0.02],
      [0, 0, 1],
      [0, 0.01, 1],
      [0, 0.02, 1],
    ]);
    const { groups } = groupsAt(await duplicatePairs(made), 0.97);
    expect(groups.map(({ rows }) => rows)).toEqual([
      [4, 5, 6],
      [2, 3],
      [0, 1],
    ]);
  });

  it('calls a group exact if all its files are the same', async () => {
    const made = makeCollection(
      [
        [1, 0],
        [1, 0],
        [0, 1],
        [0, 1],
        [0.01, 1],
      ],
      { hashes: ['a', 'a', 'b', 'b', 'c'] },
    );
    const { groups } = groupsAt(await duplicatePairs(made), 0.97);
    expect(groups.map(({ rows, exact }) => [rows, exact])).toEqual([
      [[2, 3, 4], false],
      [[0, 1], true],
    ]);
  });

  it.each([0.5, 1.1, Number.NaN])('refuses the threshold %d', async (threshold) => {
    const pairs = await duplicatePairs(collection);
    expect(() => groupsAt(pairs, threshold)).toThrow(/threshold: expected a similarity from 0.9 to 1/);
  });
});

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

  it('keeps copies and hard links, of which one may go, and what is not there', async () => {
    const pairs = await pairsOf([at('folder', 'a'), at('real', 'a'), at('real', 'copy'), at('real', 'hard')]);
    expect(listed(pairs)).toEqual(['1,2', '2,3']);
    expect(groupsAt(pairs, 0.97).numSpare).toBe(2);
    expect(listed(await pairsOf(['/nowhere/a', '/nowhere/b']))).toEqual(['0,1']);
  });
});
