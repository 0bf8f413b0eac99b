import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { scoresOfEach } from '#src/evaluate/score-blocks.js';

const [DIM, NUM_QUERIES, NUM_ROWS] = [4, 600, 7];
const backend = { threads: 1 };
const random = new Random(6, 'sample');
const [queries, rows] = [NUM_QUERIES, NUM_ROWS].map((count) =>
  Float32Array.from({ length: count * DIM }, () => random.integer(9) - 4),
) as [Float32Array, Float32Array];

describe('scoresOfEach', () => {
  it('gives the products of every query with all rows, over several blocks of queries', async () => {
    const asked: number[] = [];
    for await (const [query, scores] of scoresOfEach(queries, rows, { dim: DIM, backend })) {
      asked.push(query);
      const expected = Array.from({ length: NUM_ROWS }, (_, row) =>
        [0, 1, 2, 3].reduce((sum, i) => sum + queries[query * DIM + i]! * rows[row * DIM + i]!, 0),
      );
      expect(Array.from(scores, (score) => score + 0)).toEqual(expected.map((score) => score + 0));
    }
    expect(asked).toEqual(Array.from({ length: NUM_QUERIES }, (_, query) => query));
  });

  it('can be left in the middle', async () => {
    for await (const [query] of scoresOfEach(queries, rows, { dim: DIM, backend })) if (query === 300) break;
  });

  it('stops between two blocks when it is told to', async () => {
    const controller = new AbortController();
    const options = { dim: DIM, backend, signal: controller.signal };
    const last = async (): Promise<void> => {
      for await (const [query] of scoresOfEach(queries, rows, options)) {
        if (query === 10) controller.abort(new Error('enough'));
        expect(query).toBeLessThan(256);
      }
    };
    await expect(last()).rejects.toThrow('enough');
  });
});
