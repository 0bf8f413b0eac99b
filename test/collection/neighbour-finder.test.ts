import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FixedRows, NeighbourFinder } from '#src/collection/neighbour-finder.js';
import { ArgumentError } from '#src/core/errors.js';
import { Random } from '#src/core/random.js';
import { searchExact } from '#src/search/exact.js';
import type { Neighbours } from '#src/search/neighbours.js';

const DIM = 8;

/** Vectors of small integers: their products are exact in any precision and order, and many are equal. */
function integers(count: number, stream: number): Float32Array {
  const random = new Random(17, 'sample', stream);
  return Float32Array.from({ length: count * DIM }, () => random.integer(7) - 3);
}

/** Compares bytes: there are too many numbers for the test runner's own comparison. */
function expectSame(found: Neighbours, expected: Neighbours): void {
  expect(found.k).toBe(expected.k);
  for (const name of ['indices', 'scores'] as const) {
    expect(Buffer.from(found[name].buffer).equals(Buffer.from(expected[name].buffer)), name).toBe(true);
  }
}

describe('NeighbourFinder', () => {
  const queries = integers(300, 0);
  const rows = integers(9001, 1);
  let finder: NeighbourFinder;
  beforeAll(async () => {
    finder = new NeighbourFinder(DIM, { threads: 2 });
  });
  afterAll(() => finder.release());

  it.each([1, 5, 200])('finds what the plain search finds, ties to the lower row, for k = %i', async (k) => {
    expectSame(await finder.find({ queries, rows, k }), searchExact({ queries, rows, dim: DIM, k }));
  });

  it('finds the same with one thread and from shared memory', async () => {
    const single = new NeighbourFinder(DIM, { threads: 1 });
    const shared = new Float32Array(new SharedArrayBuffer(rows.byteLength));
    shared.set(rows);
    const found = await single.find({ queries, rows: shared, k: 20 });
    await single.release();
    expectSame(found, await finder.find({ queries, rows, k: 20 }));
  });

  it('never finds the excluded row', async () => {
    const exclude = Int32Array.from({ length: 300 }, (_, query) => (query * 31) % 9001);
    const query = { queries, rows, k: 10, exclude };
    expectSame(await finder.find(query), searchExact({ ...query, dim: DIM }));
  });

  it('is exact for rows that a sample misleads about', async () => {
    // Of 8192 rows every eighth is in the sample, and just these are near.
    const misleading = integers(8192, 2).map((x, i) =>
      Math.floor(i / DIM) % 8 === 0 ? Math.abs(x) + 4 : -Math.abs(x),
    );
    const positive = queries.map((x) => Math.abs(x) + 1);
    const query = { queries: positive, rows: misleading, k: 100 };
    expectSame(await finder.find(query), searchExact({ ...query, dim: DIM }));
  });

  it('is not put off by a row of NaN', async () => {
    const broken = rows.slice();
    for (const row of [4, 2500, 9000]) broken.fill(Number.NaN, row * DIM, (row + 1) * DIM);
    expectSame(
      await finder.find({ queries, rows: broken, k: 10 }),
      searchExact({ queries, rows: broken, dim: DIM, k: 10 }),
    );
  });

  it('leaves places empty where there are fewer rows than k', async () => {
    const few = { queries, rows: rows.subarray(0, 1750 * DIM), k: 1760 };
    expectSame(await finder.find(few), searchExact({ ...few, dim: DIM }));
  });

  it('gives each of the searches that go on at once its own neighbours, many queries or few', async () => {
    const fixed = new FixedRows(rows);
    const found = await Promise.all(
      [64, 1, 300, 40, 2].map((count, i) =>
        finder.find({ queries: queries.subarray(0, count * DIM), rows: fixed, k: 3 + i }),
      ),
    );
    for (const neighbours of found) {
      const { k, indices } = neighbours;
      const asked = queries.subarray(0, (indices.length / k) * DIM);
      expectSame(neighbours, searchExact({ queries: asked, rows, dim: DIM, k }));
    }
  });

  it('asks for whole rows, one exclusion a query and a positive k', async () => {
    await expect(finder.find({ queries: new Float32Array(9), rows, k: 1 })).rejects.toThrow(ArgumentError);
    await expect(finder.find({ queries, rows, k: 0 })).rejects.toThrow('k: expected a positive integer, got 0');
    await expect(finder.find({ queries, rows, k: 1, exclude: Int32Array.of(1) })).rejects.toThrow('int32[300]');
  });
});
