import { describe, expect, it } from 'vitest';
import { findClusters } from '#src/collection/map/clusters.js';
import { fuzzyGraph } from '#src/collection/map/fuzzy-graph.js';
import { nearestOfEach } from '#src/collection/nearest-of-each.js';
import { blobs } from '../../evaluate/blobs.js';
import { makeCollection } from '../made-collection.js';

const graphOf = async (rows: number[][], k = 15): Promise<ReturnType<typeof fuzzyGraph>> =>
  fuzzyGraph(await nearestOfEach(makeCollection(rows), k), rows.length);

describe('findClusters', () => {
  it('finds well separated groups, the largest first', async () => {
    const rows = blobs(4, 30);
    const clusters = findClusters(await graphOf([...rows.slice(0, 50), ...rows.slice(60)], 10), 0);
    const sizes = [0, 1, 2, 3].map((cluster) => clusters.filter((other) => other === cluster).length);
    expect(sizes).toEqual([30, 30, 30, 20]);
    for (const blob of [clusters.slice(0, 30), clusters.slice(30, 50), clusters.slice(50, 80), clusters.slice(80)]) {
      expect(new Set(blob).size).toBe(1);
    }
  });

  it('leaves out what is connected with nothing', () => {
    const graph = { numNodes: 3, heads: Int32Array.of(0), tails: Int32Array.of(2), weights: Float32Array.of(1) };
    expect(Array.from(findClusters(graph, 0))).toEqual([0, -1, 0]);
    const none = { numNodes: 1, heads: new Int32Array(), tails: new Int32Array(), weights: new Float32Array() };
    expect(Array.from(findClusters(none, 0))).toEqual([-1]);
  });

  it('is the same for the same seed', async () => {
    const graph = await graphOf(blobs(2, 60, 0.8));
    expect(findClusters(graph, 3)).toEqual(findClusters(graph, 3));
  });
});
