/** @file Which pictures of a training are a rank's. */

import { ArgumentError } from '../core/errors.js';
import { plural } from '../core/format.js';
import type { SamplerOptions } from '../data/batches/sampler.js';
import type { PictureCache } from '../data/cache/cache.js';
import type { CachedShare } from '../data/cache/shared-cache.js';
import type { Communicator } from '../machines/communicator.js';
import type { Settings } from '../method/settings.js';
import { batchOfRank } from './share-of-batch.js';

/** Pictures that follow one another in a cache. */
export interface PlaceRange {
  readonly first: number;
  readonly length: number;
}

/**
 * The places of each rank: its share of the cache, if there is one for each; else equal parts of all places.
 *
 * @param shares of the cache, if it is in shares
 */
export function rangesOfRanks(
  { length }: Pick<PictureCache, 'length'>,
  shares: readonly CachedShare[] | undefined,
  ranks: number,
): readonly PlaceRange[] {
  const ends = Array.from({ length: ranks }, (_, rank) => Math.floor(((rank + 1) * length) / ranks));
  if (shares?.length === ranks) {
    shares.reduce((end, { numPictures }, rank) => {
      ends[rank] = end + numPictures;
      return ends[rank];
    }, 0);
  }
  return ends.map((end, rank) => ({ first: ends[rank - 1] ?? 0, length: end - (ends[rank - 1] ?? 0) }));
}

/**
 * What a rank's batches are drawn from. An epoch has as many steps as the largest part takes; a smaller one begins anew
 * before it is over.
 *
 * @param firstPlace that is drawn; default all are
 * @throws {ArgumentError} if a rank has fewer pictures than its part of a batch
 */
export function partOfRank(
  cache: Pick<PictureCache, 'length'>,
  shares: readonly CachedShare[] | undefined,
  settings: Pick<Settings, 'batch'>,
  { rank, size }: Communicator,
  firstPlace = 0,
): Omit<SamplerOptions, 'seed'> {
  const batch = batchOfRank(settings, size);
  const drawn = { length: cache.length - firstPlace };
  if (size === 1) return { pictures: drawn.length, batch, first: firstPlace };
  const ranges = rangesOfRanks(drawn, shares, size);
  const [most, least] = [Math.max, Math.min].map((of) => of(...ranges.map(({ length }) => length))) as [number, number];
  if (least < batch) {
    throw new ArgumentError(
      `batch: expected at most ${least * size} for ${plural(size, 'rank')}, one of which has ${plural(least, 'picture')}, got ${settings.batch}. ` +
        'Give a smaller --batch, fewer ranks, or more pictures.',
    );
  }
  const { first, length } = ranges[rank]!;
  return { pictures: length, batch, first: firstPlace + first, rank, stepsPerEpoch: Math.ceil(most / batch) };
}

/** What is to be told where a training goes on with another number of ranks. */
export function otherRanks(before = 1, now: number): string | undefined {
  if (before === now) return undefined;
  return (
    `This run was trained by ${plural(before, 'rank')} so far, and goes on with ${now}: from the same weights and bank, but ` +
    'its batches are drawn and normalised otherwise, so it is not to the byte what it would have become.'
  );
}
