import { describe, expect, it } from 'vitest';
import type { EpochRecord } from '#src/run/events.js';
import { metricsOf } from '#src/server/metrics.js';
import { TrainingRows } from '#src/server/training-rows.js';

const picture = (id: string) => ({ id, name: id, label: null, hash: undefined });

describe('TrainingRows', () => {
  it('are the places themselves where the collection is the bank', () => {
    const rows = new TrainingRows(['a', 'b'], { source: 'bank', pictures: [picture('a'), picture('b')] });
    expect([0, 1, 2].map((place) => rows.rowOf(place))).toEqual([0, 1, undefined]);
    expect([0, 1, 2].map((row) => rows.placeOf(row))).toEqual([0, 1, undefined]);
  });

  it('go by the id of the picture where the collection is an index', () => {
    const rows = new TrainingRows(['a', 'b', 'c'], {
      source: 'index',
      pictures: [picture('c'), picture('x'), picture('a')],
    });
    expect([0, 1, 2, 3].map((place) => rows.rowOf(place))).toEqual([2, undefined, 0, undefined]);
    expect([0, 1, 2, 3].map((row) => rows.placeOf(row))).toEqual([2, undefined, 0, undefined]);
  });
});

describe('metricsOf', () => {
  const measured = {
    step: 3,
    loss: 1,
    similarity: 0,
    norm: 1,
    uniformity: -1,
    lr: 0.1,
    picturesPerSecond: 9,
    seconds: 1,
  };
  const pictureAt = (place: number) => (place === 4 ? undefined : { row: 10 + place, name: `p${place}`, label: 'cat' });

  it('names the pictures of the fixed queries, and leaves out those that are not in the collection', () => {
    const queries = [
      { row: 1, rows: [2, 4, 3], similarities: [0.9, 0.8, 0.7] },
      { row: 4, rows: [1], similarities: [0.5] },
    ];
    expect(metricsOf([{ epoch: 1, ...measured, queries }], pictureAt)).toEqual([
      {
        epoch: 1,
        ...measured,
        queries: [
          {
            picture: { row: 11, name: 'p1', label: 'cat' },
            neighbours: [
              { row: 12, name: 'p2', label: 'cat', similarity: 0.9 },
              { row: 13, name: 'p3', label: 'cat', similarity: 0.7 },
            ],
          },
        ],
      },
    ]);
  });

  it('leaves old records, which have no queries, as they are', () => {
    const records: EpochRecord[] = [{ epoch: 1, ...measured }];
    expect(metricsOf(records, pictureAt)).toEqual(records);
  });
});
