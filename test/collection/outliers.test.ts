import { describe, expect, it } from 'vitest';
import { nearestOfEach } from '#src/collection/nearest-of-each.js';
import { mostIsolated, outlierScores } from '#src/collection/outliers.js';
import { makeCollection } from './made-collection.js';

const scoresOf = async (rows: number[][], k: number): Promise<Float32Array> =>
  outlierScores(await nearestOfEach(makeCollection(rows), k), rows.length);

describe('outlierScores', () => {
  it('is 1 − cos of the step between points evenly around a circle', async () => {
    const around = Array.from({ length: 12 }, (_, i) => [Math.cos((i * Math.PI) / 6), Math.sin((i * Math.PI) / 6)]);
    for (const score of await scoresOf(around, 2)) expect(score).toBeCloseTo(1 - Math.cos(Math.PI / 6), 6);
  });

  it('is largest for the picture apart from the rest, whatever their order', async () => {
    const scores = await scoresOf(
      [
        [1, 0.1],
        [1, 0],
        [-1, 1],
        [1, 0.2],
      ],
      2,
    );
    expect(mostIsolated(scores)[0]).toBe(2);
  });

  it('is 0 for pictures that are all the same, and for one alone', async () => {
    expect(
      Array.from(
        await scoresOf(
          [
            [1, 2],
            [1, 2],
            [1, 2],
          ],
          15,
        ),
      ),
    ).toEqual([0, 0, 0]);
    expect(Array.from(await scoresOf([[1, 2]], 15))).toEqual([0]);
  });

  it('counts only places that are taken', () => {
    const neighbours = { k: 2, indices: Int32Array.of(1, -1), scores: Float32Array.of(0.5, Number.NEGATIVE_INFINITY) };
    expect(Array.from(outlierScores(neighbours, 1))).toEqual([0.5]);
  });
});

describe('mostIsolated', () => {
  it('lists rows by descending score, equal ones as they come', () => {
    expect(Array.from(mostIsolated(Float32Array.of(0.1, 0.7, 0.1, 0.9)))).toEqual([3, 1, 0, 2]);
  });
});
