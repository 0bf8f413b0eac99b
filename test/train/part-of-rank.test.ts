import { describe, expect, it } from 'vitest';
import { ArgumentError, DeviceError } from '#src/core/errors.js';
import { Sampler } from '#src/data/batches/sampler.js';
import { ALONE } from '#src/machines/communicator.js';
import { threadsOf } from '#src/machines/threads.js';
import { RECIPES } from '#src/method/recipes.js';
import { fitBatch } from '#src/train/fit-batch.js';
import { otherRanks, partOfRank, rangesOfRanks } from '#src/train/part-of-rank.js';
import { checkSame } from '#src/train/same-on-all.js';
import { batchOfRank } from '#src/train/share-of-batch.js';

const shares = [7, 9, 6].map((numPictures) => ({ numPictures, fingerprint: 'f' }));
const cache = { length: 22 };
const ofRank = (rank: number, size = 3) => ({ ...ALONE, rank, size });

describe('the part of a rank', () => {
  it('is its share, if there are as many shares as ranks', () => {
    expect(rangesOfRanks(cache, shares, 3)).toEqual([
      { first: 0, length: 7 },
      { first: 7, length: 9 },
      { first: 16, length: 6 },
    ]);
  });

  it.each([
    ['none', undefined, 4],
    ['another number', shares, 2],
  ])('is an equal part of all places where there are shares of %s', (_, some, ranks) => {
    const ranges = rangesOfRanks(cache, some, ranks);
    expect(ranges.map(({ first }) => first)).toEqual(ranges.map((_, i) => Math.floor((i * 22) / ranks)));
    expect(ranges.reduce((sum, { length }) => sum + length, 0)).toBe(22);
  });

  it('shows all its pictures in an epoch, in as many steps as the largest needs, and no others', () => {
    const seen = [0, 1, 2].map((rank) => {
      const sampler = new Sampler({ ...partOfRank(cache, shares, { batch: 12 }, ofRank(rank)), seed: 1 });
      expect(sampler.stepsPerEpoch).toBe(3);
      const places = [0, 1, 2].map((step) => sampler.batch(step).indices);
      for (const batch of places) expect(new Set(batch).size).toBe(4);
      return new Set(places.flatMap((batch) => [...batch]));
    });
    expect([...seen[0]!].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(seen.map(({ size }) => size)).toEqual([7, 9, 6]);
    expect(new Set(seen.flatMap((places) => [...places])).size).toBe(22);
  });

  it('is refused where it is smaller than its part of a batch, or the batch cannot be divided', () => {
    expect(() => partOfRank(cache, shares, { batch: 21 }, ofRank(0))).toThrow(ArgumentError);
    expect(() => partOfRank(cache, shares, { batch: 21 }, ofRank(0))).toThrow(
      'batch: expected at most 18 for 3 ranks, one of which has 6 pictures, got 21.',
    );
    expect(() => batchOfRank({ batch: 128 }, 3)).toThrow(
      'batch: expected a multiple of the 3 ranks, of two pictures each or more, got 128. Give --batch 129.',
    );
    expect(() => batchOfRank({ batch: 4 }, 4)).toThrow('Give --batch 8.');
  });

  it('is the whole of a rank alone', () => {
    expect(partOfRank(cache, undefined, { batch: 5 }, ALONE)).toEqual({ pictures: 22, batch: 5, first: 0 });
  });

  it('is of the pictures from a place on, where an update draws no others', () => {
    expect(partOfRank(cache, undefined, { batch: 5 }, ALONE, 12)).toEqual({ pictures: 10, batch: 5, first: 12 });
    expect(partOfRank(cache, undefined, { batch: 4 }, ofRank(1, 2), 12)).toMatchObject({ pictures: 5, first: 17 });
  });
});

it('brings the batch of a recipe to a multiple of the ranks, and leaves one that is given', () => {
  const batchOf = (ranks: number, given = {}): number =>
    fitBatch({ ...RECIPES.folder, ...given }, given, 1000, ranks).batch;
  expect([1, 3, 4, 100].map((ranks) => batchOf(ranks))).toEqual([128, 126, 128, 200]);
  expect(batchOf(3, { batch: 128 })).toBe(128);
});

it('tells of another number of ranks than before', () => {
  expect(otherRanks(undefined, 1)).toBeUndefined();
  expect(otherRanks(4, 4)).toBeUndefined();
  expect(otherRanks(4, 1)).toContain('trained by 4 ranks so far, and goes on with 1:');
});

it('divides the cores of a machine among its ranks', () => {
  expect(threadsOf({ ranksHere: 1 })).toBeGreaterThanOrEqual(threadsOf({ ranksHere: 2 }));
  expect(threadsOf({ ranksHere: 1000 })).toBeGreaterThanOrEqual(1);
});

it('notices a rank with other weights', () => {
  const digest = '0a'.repeat(32);
  const gathering = (others: number) => ({
    ...ofRank(0, 2),
    allgather: (own: ArrayLike<number>, into: { set(numbers: ArrayLike<number>, start?: number): void }) => {
      into.set(own);
      into.set(
        Array.from(own, (byte) => byte + others),
        own.length,
      );
    },
  });
  expect(() => checkSame(gathering(0), { digest: () => digest }, 100, true)).not.toThrow();
  const differing = (): void => checkSame(gathering(1), { digest: () => digest }, 100, true);
  expect(differing).toThrow(DeviceError);
  expect(differing).toThrow(
    'expected the same weights on all ranks after step 100, got others on rank 1 than on rank 0',
  );
});
