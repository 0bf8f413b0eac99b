import { describe, expect, it } from 'vitest';
import { fuzzyGraph, type WeightedGraph } from '#src/collection/map/fuzzy-graph.js';
import { layoutPca } from '#src/collection/map/pca.js';
import { layoutUmap } from '#src/collection/map/umap.js';
import { nearestOfEach } from '#src/collection/nearest-of-each.js';
import { blobs } from '../../evaluate/blobs.js';
import { makeCollection } from '../made-collection.js';

const PER_BLOB = 40;
const collection = makeCollection(blobs(5, PER_BLOB));
const n = 5 * PER_BLOB;
const graph: WeightedGraph = fuzzyGraph(await nearestOfEach(collection, 15), n);
const start = layoutPca(collection.features, collection.dim);
const layout = layoutUmap(graph, { seed: 0, start, epochs: 200 });

const apart = (points: Float32Array, a: number, b: number): number =>
  Math.hypot(points[2 * a]! - points[2 * b]!, points[2 * a + 1]! - points[2 * b + 1]!);

describe('layoutUmap', () => {
  it('keeps well separated groups apart and each together', () => {
    for (let row = 0; row < n; row++) {
      const others = Array.from({ length: n }, (_, other) => other).filter((other) => other !== row);
      const nearest = others.sort((a, b) => apart(layout, row, a) - apart(layout, row, b)).slice(0, 10);
      for (const other of nearest) expect(Math.floor(other / PER_BLOB)).toBe(Math.floor(row / PER_BLOB));
    }
  });

  it('keeps the place of groups that the start has', () => {
    const middle = (points: Float32Array, blob: number): number[] =>
      [0, 1].map((axis) => {
        const own = points.slice(2 * blob * PER_BLOB, 2 * (blob + 1) * PER_BLOB).filter((_, i) => i % 2 === axis);
        return own.reduce((sum, value) => sum + value, 0) / PER_BLOB;
      });
    // Two groups that principal components tell apart by far do not change sides.
    const [left, right] = [0, 1, 2, 3, 4]
      .sort((a, b) => middle(start, a)[0]! - middle(start, b)[0]!)
      .filter((_, i) => i % 4 === 0);
    expect(middle(layout, left!)[0]).toBeLessThan(middle(layout, right!)[0]!);
  });

  it('is the same for the same seed, and another for another', () => {
    expect(layoutUmap(graph, { seed: 0, start, epochs: 200 })).toEqual(layout);
    expect(layoutUmap(graph, { seed: 1, start, epochs: 200 })).not.toEqual(layout);
  });

  it('parts pictures that start at the very same place, without leaving the numbers', async () => {
    const same = makeCollection(Array.from({ length: 30 }, () => [1, 2]));
    const points = layoutUmap(fuzzyGraph(await nearestOfEach(same, 15), 30), { seed: 0, start: new Float32Array(60) });
    expect(points.every(Number.isFinite)).toBe(true);
    for (let row = 1; row < 30; row++) expect(apart(points, 0, row)).toBeGreaterThan(0.01);
  });

  it('tells how far it is', () => {
    const parts: number[] = [];
    layoutUmap(graph, { seed: 0, start, epochs: 4, onProgress: (part) => parts.push(part) });
    expect(parts).toEqual([0.25, 0.5, 0.75, 1]);
  });
});
