/** @file A handful of training pictures whose neighbours are recorded after each epoch, to see a training learn. */
import { Random } from '../core/random.js';
import type { QueryRecord } from '../run/events.js';
import type { Neighbours } from '../search/neighbours.js';

/** As many as a page shows at a glance. */
export const NUM_QUERIES = 8;
/** Neighbours recorded of each. */
const NUM_RECORDED = 8;

/**
 * Chooses the fixed pictures: at random, as many of one class as of another while the classes last.
 *
 * A function of the seed and the labels alone, so that a resumed training goes on with the same.
 *
 * @param numbers int32[n], class of each picture, −1 where it has no label
 * @returns int32[min(n, NUM_QUERIES)], distinct places, ascending
 */
export function chooseQueries(numbers: Int32Array, seed: number): Int32Array {
  const order = new Random(seed, 'sample', 1).permutation(numbers.length);
  // The first drawn of every class come before the second of any; pictures without labels are one class.
  const rounds: number[][] = Array.from({ length: NUM_QUERIES }, () => []);
  const drawnOf = new Map<number, number>();
  for (const place of order) {
    const round = drawnOf.get(numbers[place]!) ?? 0;
    drawnOf.set(numbers[place]!, round + 1);
    rounds[round]?.push(place);
  }
  return Int32Array.from(rounds.flat().slice(0, NUM_QUERIES)).sort();
}

/**
 * The records of the first queries of a search.
 *
 * @param places rows of the queries in the bank, one for each record
 */
export function queryRecords(places: Int32Array, { indices, scores, k }: Neighbours): QueryRecord[] {
  const count = Math.min(NUM_RECORDED, k);
  return Array.from(places, (row, query) => {
    const start = query * k;
    return {
      row,
      rows: Array.from(indices.subarray(start, start + count)),
      similarities: Array.from(scores.subarray(start, start + count)),
    };
  });
}
