import { describe, expect, it } from 'vitest';
import type { Collection } from '#src/collection/collection.js';
import { groupsAt } from '#src/collection/duplicates/duplicate-groups.js';
import { type DuplicatePairs, duplicatePairs, MAX_PARTNERS, pairsAt } from '#src/collection/duplicates/duplicates.js';
import { Random } from '#src/core/random.js';
import { makeCollection, similarity } from '../made-collection.js';

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

/** Whether every two of some rows are at least so similar. */
function isClique(made: Collection, rows: readonly number[], threshold: number): boolean {
  return rows.every((a) => rows.every((b) => a === b || similarity(made, a, b) >= Math.fround(threshold) - 1e-6));
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
      turned: [],
      between: () => 0,
      areSameBytes: () => false,
    };
    expect(pairsAt(pairs, [0.97, 0.95])).toEqual([
      { threshold: 0.97, numPairs: 2 },
      { threshold: 0.95, numPairs: 3 },
    ]);
  });
});

describe('groupsAt', () => {
  it('joins what is similar to all of a group, and nothing by chains', async () => {
    const pairs = await duplicatePairs(collection, { floor: 0.9 });
    for (const threshold of [0.9, 0.95, 0.97]) {
      const { groups, numSpare } = groupsAt(pairs, threshold);
      const listedRows = groups.flatMap(({ rows }) => rows);
      expect(new Set(listedRows).size).toBe(listedRows.length);
      for (const { rows, similarity: least } of groups) {
        expect(isClique(collection, rows, threshold)).toBe(true);
        const between = rows.flatMap((a) => rows.filter((b) => b > a).map((b) => similarity(collection, a, b)));
        expect(least).toBeCloseTo(Math.min(...between), 6);
      }
      expect(numSpare).toBe(listedRows.length - groups.length);
      // Nothing is left out that could be in: two groups, or a group and a row, that are similar in all pairs.
      const alone = Array.from({ length: n }, (_, row) => row).filter((row) => !listedRows.includes(row));
      const all = [...groups.map(({ rows }) => rows), ...alone.map((row) => [row])];
      for (const [i, some] of all.entries()) {
        for (const others of all.slice(i + 1))
          expect(isClique(collection, [...some, ...others], threshold)).toBe(false);
      }
    }
  });

  it('parts a chain whose ends are unlike at its weakest link', async () => {
    const at = (degrees: number): number[] => [
      Math.cos((degrees * Math.PI) / 180),
      Math.sin((degrees * Math.PI) / 180),
    ];
    const chain = makeCollection([at(0), at(10), at(21), at(30)]);
    // cos 12° = 0.978, cos 20° = 0.94
    const { groups } = groupsAt(await duplicatePairs(chain), 0.975);
    expect(groups.map(({ rows }) => rows)).toEqual([
      [2, 3],
      [0, 1],
    ]);
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

  it('keeps the same apart from the similar, among which the first stands for the others', async () => {
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
    const { groups, numSpare } = groupsAt(await duplicatePairs(made), 0.97);
    expect(groups.map(({ kind, rows, exact }) => [kind, rows, exact])).toEqual([
      ['same', [0, 1], true],
      ['same', [2, 3], true],
      ['similar', [2, 4], false],
    ]);
    expect(numSpare).toBe(3);
  });

  it.each([0.5, 1.1, Number.NaN])('refuses the threshold %d', async (threshold) => {
    const pairs = await duplicatePairs(collection);
    expect(() => groupsAt(pairs, threshold)).toThrow(/threshold: expected a similarity from 0.9 to 1/);
  });
});
