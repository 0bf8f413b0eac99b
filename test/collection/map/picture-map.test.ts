import { tableFromIPC, tableToIPC } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { mapTable } from '#src/collection/map/map-table.js';
import { computeMap, type PictureMap, quickMap } from '#src/collection/map/picture-map.js';
import { nearestOfEach } from '#src/collection/nearest-of-each.js';
import { MAP_COLUMNS } from '#src/server/api.js';
import { blobs } from '../../evaluate/blobs.js';
import { makeCollection } from '../made-collection.js';

const labels = Array.from({ length: 60 }, (_, row) => (row < 20 ? 'bee' : row < 40 ? 'ant' : null));
const collection = makeCollection(blobs(3, 20), { labels });

function checkRanges(map: PictureMap, n: number): void {
  const { layout, cluster, density, outlier } = map;
  expect([layout.length, cluster.length, density.length, outlier.length]).toEqual([2 * n, n, n, n]);
  const within = (values: Float32Array, low: number, high: number): boolean =>
    values.every((value) => value >= low - 1e-6 && value <= high + 1e-6);
  expect(within(layout, -1, 1) && within(density, 0, 1) && within(outlier, 0, 2)).toBe(true);
}

describe('computeMap', () => {
  it('lays out, clusters and measures, and tells how far it is', async () => {
    const parts: number[] = [];
    const map = await computeMap(collection, { onProgress: (part) => parts.push(part) });
    checkRanges(map, 60);
    expect(map.method).toBe('umap');
    expect(parts).toEqual([...parts].sort((a, b) => a - b));
    expect(parts.at(-1)).toBe(1);
    for (const blob of [0, 20, 40]) expect(new Set(map.cluster.slice(blob, blob + 20)).size).toBe(1);
    expect(new Set(map.cluster).size).toBe(3);
  });

  it('is the same for the same seed, also of neighbours that are known already', async () => {
    const [map, other] = [await computeMap(collection), await computeMap(collection, { seed: 1 })];
    expect(await computeMap(collection, { neighbours: await nearestOfEach(collection, 25) })).toEqual(map);
    expect(other.layout).not.toEqual(map.layout);
  });

  it.each([
    ['one picture', [[1, 0]]],
    [
      'two',
      [
        [1, 0],
        [0, 1],
      ],
    ],
    [
      'two that are the same',
      [
        [1, 0],
        [1, 0],
      ],
    ],
    [
      'five',
      [
        [1, 0],
        [0, 1],
        [1, 1],
        [-1, 0],
        [1, 0],
      ],
    ],
    ['twenty that are all the same', Array.from({ length: 20 }, () => [1, 2, 3])],
  ])('maps %s', async (_, rows) => {
    checkRanges(await computeMap(makeCollection(rows)), rows.length);
    checkRanges(quickMap(makeCollection(rows)), rows.length);
  });

  it('stops when it is told to, before and while its thread works', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(computeMap(collection, { signal })).rejects.toThrow('enough');
    const controller = new AbortController();
    const onProgress = (part: number): void => {
      if (part > 0.5) controller.abort(new Error('enough'));
    };
    await expect(computeMap(collection, { signal: controller.signal, onProgress })).rejects.toThrow('enough');
  });
});

describe('mapTable', () => {
  it('has the columns that the service promises, a row a picture', () => {
    const map = quickMap(collection);
    const table = tableFromIPC(tableToIPC(mapTable(collection, map), 'stream'));
    expect(table.schema.fields.map(({ name }) => name)).toEqual([...MAP_COLUMNS]);
    expect(table.schema.fields.map(({ type }) => String(type))).toEqual([
      ...['Utf8', 'Int32', 'Float32', 'Float32', 'Int32', 'Float32', 'Float32'],
    ]);
    expect(table.get(25)?.toJSON()).toMatchObject({ name: '25.jpg', label: 0, x: map.layout[50], y: map.layout[51] });
    expect([0, 59].map((row) => table.get(row)?.toJSON()['label'])).toEqual([1, -1]);
  });
});
