import { describe, expect, it } from 'vitest';
import { NeighbourFinder } from '#src/collection/neighbour-finder.js';
import { findByRanks, rowsOfRank } from '#src/collection/neighbours-by-ranks.js';
import { Random } from '#src/core/random.js';
import { ALONE, type Communicator, type RankNumbers } from '#src/machines/communicator.js';

const [N, QUERIES, DIM] = [23, 6, 4];
const finder = new NeighbourFinder(DIM, { threads: 1 });

/** Ranks in one process: what each gathers is known once all have told theirs, so they are run twice. */
async function together<T>(size: number, work: (machines: Communicator) => Promise<T>): Promise<T[]> {
  const told: RankNumbers[][] = Array.from({ length: size }, () => []);
  const run = (rank: number, isKnown: boolean): Promise<T> => {
    let call = 0;
    const allgather = (own: RankNumbers, into: RankNumbers): void => {
      if (!isKnown) told[rank]!.push(own.slice());
      else for (const [other, all] of told.entries()) into.set(all[call]!, other * own.length);
      call++;
    };
    return work({ ...ALONE, rank, size, allgather });
  };
  for (let rank = 0; rank < size; rank++) await run(rank, false);
  return Promise.all(Array.from({ length: size }, (_, rank) => run(rank, true)));
}

/** Rows of small whole numbers, so that many scores are equal. */
function drawn(count: number, stream: number): Float32Array {
  const random = new Random(3, 'draw', stream);
  return Float32Array.from({ length: count * DIM }, () => random.integer(3) - 1);
}

describe('rows that are divided among ranks', () => {
  const [queries, rows] = [drawn(QUERIES, 1), drawn(N, 2)];
  const exclude = Int32Array.from({ length: QUERIES }, (_, query) => (query === 0 ? -1 : 3 * query));

  it.each([1, 2, 3, 5])('give %i ranks what one finds in all of them, equal scores included', async (size) => {
    for (const k of [1, 4, 9, 30]) {
      const whole = await finder.find({ queries, rows, k, exclude });
      const found = await together(size, (machines) =>
        findByRanks(machines, finder, rowsOfRank(rows, DIM, machines), { queries, k, exclude }),
      );
      for (const each of found) expect(each).toEqual(whole);
    }
  });
});
