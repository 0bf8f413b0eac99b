import { describe, expect, it } from 'vitest';
import { firstNeighbours, nearestOfEach } from '#src/collection/nearest-of-each.js';
import { blobs } from '../evaluate/blobs.js';
import { makeCollection, similarity } from './made-collection.js';

const collection = makeCollection(blobs(3, 100));
const n = collection.pictures.length;

describe('nearestOfEach', () => {
  it('finds the nearest others of every row', async () => {
    const { k, indices, scores } = await nearestOfEach(collection, 4);
    expect(k).toBe(4);
    for (const row of [0, 7, 255, 256, n - 1]) {
      const others = Array.from({ length: n }, (_, other) => other).filter((other) => other !== row);
      const best = others.sort((a, b) => similarity(collection, row, b) - similarity(collection, row, a)).slice(0, 4);
      expect(Array.from(indices.subarray(row * 4, row * 4 + 4))).toEqual(best);
      expect(scores[row * 4]).toBeCloseTo(similarity(collection, row, best[0]!), 6);
    }
  });

  it('looks only at the rows it is given, in their order', async () => {
    const all = await nearestOfEach(collection, 3);
    const { indices } = await nearestOfEach(collection, 3, { rows: Int32Array.of(200, 5) });
    expect(Array.from(indices)).toEqual([...all.indices.subarray(600, 603), ...all.indices.subarray(15, 18)]);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses to find %d of each', async (k) => {
    await expect(nearestOfEach(collection, k)).rejects.toThrow(`k: expected a positive integer, got ${k}.`);
  });

  it('finds all others where there are fewer than k, and none of a picture that is the only one', async () => {
    const three = await nearestOfEach(
      makeCollection([
        [1, 0],
        [1, 1],
        [0, 1],
      ]),
      15,
    );
    expect(three.k).toBe(2);
    expect(Array.from(three.indices)).toEqual([1, 2, 0, 2, 1, 0]);
    expect(await nearestOfEach(makeCollection([[1, 0]]), 15)).toMatchObject({ k: 0, indices: new Int32Array() });
  });

  describe('over several slices', () => {
    const size = 5000;
    /** Of which every row is said to be nearest to the row after it. */
    const chain = {
      ...makeCollection([[1, 0]]),
      features: new Float32Array(2 * size).fill(Math.SQRT1_2),
      pictures: Array.from({ length: size }, () => collection.pictures[0]!),
      nearest: async (_: Float32Array, k: number, exclude?: Int32Array) => ({
        k,
        indices: exclude!.map((row) => row + 1),
        scores: new Float32Array(exclude!.length).fill(0.5),
      }),
    };

    it('puts them together, tells how far it is, and lets others work between them', async () => {
      const done: number[] = [];
      let isInterrupted = false;
      setImmediate(() => {
        isInterrupted = true;
      });
      const { indices } = await nearestOfEach(chain, 1, { onProgress: (count, of) => done.push(count, of) });
      expect(indices).toEqual(Int32Array.from({ length: size }, (_, row) => row + 1));
      expect(done).toEqual([2048, size, 4096, size, size, size]);
      expect(isInterrupted).toBe(true);
    });

    it('stops when it is told to', async () => {
      const controller = new AbortController();
      const onProgress = (done: number): void => {
        expect(done).toBe(2048);
        controller.abort(new Error('enough'));
      };
      await expect(nearestOfEach(chain, 1, { signal: controller.signal, onProgress })).rejects.toThrow('enough');
    });
  });
});

describe('firstNeighbours', () => {
  it('keeps the best of each query, and all where there are no more', () => {
    const neighbours = { k: 3, indices: Int32Array.of(1, 2, 3, 4, 5, 6), scores: Float32Array.of(9, 8, 7, 6, 5, 4) };
    expect(firstNeighbours(neighbours, 2)).toEqual({
      k: 2,
      indices: Int32Array.of(1, 2, 4, 5),
      scores: Float32Array.of(9, 8, 6, 5),
    });
    expect(firstNeighbours(neighbours, 5)).toEqual(neighbours);
  });
});
