import { describe, expect, it } from 'vitest';
import { classColour, defaultColouring, hexToRgb, mapColours, NONE, SCALE } from '#src/cli/map/colours.js';
import { quickMap } from '#src/collection/map/picture-map.js';
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

describe('classColour', () => {
  it('differs between any two of many classes', () => {
    const colours = Array.from({ length: 40 }, (_, number) => hexToRgb(classColour(number)));
    for (const [i, a] of colours.entries()) {
      for (const b of colours.slice(i + 1))
        expect(Math.hypot(...a.map((value, k) => value - b[k]!))).toBeGreaterThan(8);
    }
  });

  it('is grey for none', () => {
    expect(classColour(-1)).toBe(NONE);
  });
});

describe('mapColours', () => {
  it('counts labels, the most frequent first', () => {
    const { colourOf, legend } = mapColours('label', collection, map);
    expect(legend).toEqual([
      { name: 'b', colour: classColour(1), count: 2 },
      { name: 'a', colour: classColour(0), count: 1 },
      { name: 'no label', colour: NONE, count: 1 },
    ]);
    expect([0, 1, 3].map(colourOf)).toEqual([classColour(1), classColour(0), NONE]);
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
    expect([0, 1, 2].map(colourOf)).toEqual([SCALE[0], SCALE[2], SCALE[4]]);
    expect(mapColours('outlier', collection, map).colourOf(0)).toBe(SCALE[0]);
  });

  it('goes by clusters where there are no labels, and refuses to go by labels', () => {
    const unlabelled = makeCollection(rows);
    expect([defaultColouring(collection), defaultColouring(unlabelled)]).toEqual(['label', 'cluster']);
    expect(() => mapColours('label', unlabelled, map)).toThrow('--by: expected pictures with labels');
  });
});
