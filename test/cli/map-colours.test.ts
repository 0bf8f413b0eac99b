import { describe, expect, it } from 'vitest';
import { defaultColouring, mapColours } from '#src/cli/map/colours.js';
import { quickMap } from '#src/collection/map/picture-map.js';
import { categoryColour, NO_CATEGORY, SCALE } from '#src/core/map-palette.js';
import { makeCollection } from '../collection/made-collection.js';

const rows = [
  [1, 0],
  [0, 1],
  [1, 1],
  [-1, 0],
];
const collection = makeCollection(rows, { labels: ['b', 'a', 'b', null] });
const map = {
  ...quickMap(collection),
  cluster: Int32Array.of(0, 0, 0, -1),
  density: Float32Array.of(0.1, 0.3, 0.5, 0.2),
};

describe('mapColours', () => {
  it('counts labels, the most frequent first', () => {
    const { colourOf, legend } = mapColours('label', collection, map);
    expect(legend).toEqual([
      { name: 'b', colour: categoryColour(1), count: 2 },
      { name: 'a', colour: categoryColour(0), count: 1 },
      { name: 'no label', colour: NO_CATEGORY, count: 1 },
    ]);
    expect([0, 1, 3].map(colourOf)).toEqual([categoryColour(1), categoryColour(0), NO_CATEGORY]);
  });

  it('numbers clusters from 1', () => {
    expect(mapColours('cluster', collection, map).legend).toMatchObject([
      { name: 'cluster 1', count: 3 },
      { name: 'none' },
    ]);
  });

  it('spans a scale from the lowest to the highest', () => {
    const { colourOf, legend } = mapColours('density', collection, map);
    expect(legend).toEqual({ low: '0.10', high: '0.50' });
    expect([0, 2].map(colourOf)).toEqual([SCALE[0], SCALE.at(-1)]);
    // Halfway between the two in the middle, #707173 and #8a8678.
    expect(colourOf(1)).toBe('#7d7c76');
    expect(mapColours('outlier', collection, map).colourOf(0)).toBe(SCALE[0]);
  });

  it('goes by clusters where there are no labels, and refuses to go by labels', () => {
    const unlabelled = makeCollection(rows);
    expect([defaultColouring(collection), defaultColouring(unlabelled)]).toEqual(['label', 'cluster']);
    expect(() => mapColours('label', unlabelled, map)).toThrow('--by: expected pictures with labels');
  });
});
