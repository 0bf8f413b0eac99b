import { afterAll, describe, expect, it } from 'vitest';
import { ExactSearch } from '#src/collection/exact-search.js';
import { Random } from '#src/core/random.js';
import { randomUnitRows } from '#src/method/bank.js';
import { openBackend } from '#src/runtime/device.js';
import { searchExact } from '#src/search/exact.js';

const DIM = 8;
const rows = new Float32Array(20_000 * DIM);
randomUnitRows(rows, DIM, new Random(1, 'bank'));
const search = new ExactSearch(rows, DIM, await openBackend('cpu', 2));
afterAll(() => search.release());

describe('ExactSearch', () => {
  it('gives each of the searches that go on at once its own neighbours, many queries or few', async () => {
    const counts = [64, 1, 300, 40, 2];
    const found = await Promise.all(counts.map((count, i) => search.find(queriesOf(i, count), 3 + i)));
    for (const [i, { indices, scores }] of found.entries()) {
      const naive = searchExact({ queries: queriesOf(i, counts[i]!), rows, dim: DIM, k: 3 + i });
      expect(indices).toEqual(naive.indices);
      for (const [at, score] of scores.entries()) expect(score).toBeCloseTo(naive.scores[at]!, 5);
    }
  });
});

function queriesOf(seed: number, count: number): Float32Array {
  const queries = new Float32Array(count * DIM);
  randomUnitRows(queries, DIM, new Random(seed, 'sample'));
  return queries;
}
