import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { fuzzyGraph } from '#src/collection/map/fuzzy-graph.js';
import { nearestOfEach } from '#src/collection/nearest-of-each.js';
import { blobs } from '../../evaluate/blobs.js';
import { makeCollection } from '../made-collection.js';

interface Umap {
  setPrecomputedKNN(indices: number[][], distances: number[][]): void;
  initializeFit(rows: number[][]): number;
  readonly graph: { getAll(): { row: number; col: number; value: number }[] };
}
// Of a package for Node without types that its loader for modules would find.
const { UMAP } = createRequire(import.meta.url)('umap-js') as { UMAP: new (options: object) => Umap };

const K = 8;

/** The graph that umap-js makes of the same neighbours, in which each row comes first itself. */
function byUmapJs(indices: Int32Array, scores: Float32Array, n: number): Map<string, number> {
  const umap = new UMAP({ nNeighbors: K + 1, nEpochs: 1, random: () => 0.5 });
  const list = (row: number, numbers: ArrayLike<number>): number[] => Array.from(numbers).slice(row * K, (row + 1) * K);
  const rows = Array.from({ length: n }, (_, row) => row);
  const distances = scores.map((score) => 1 - score);
  umap.setPrecomputedKNN(
    rows.map((row) => [row, ...list(row, indices)]),
    rows.map((row) => [0, ...list(row, distances)]),
  );
  umap.initializeFit(rows.map((row) => [row]));
  const edges = umap.graph.getAll().filter(({ row, col, value }) => row < col && value > 0);
  return new Map(edges.map(({ row, col, value }) => [`${row},${col}`, value]));
}

describe('fuzzyGraph', () => {
  it('is the graph of umap-js', async () => {
    const n = 120;
    const { indices, scores } = await nearestOfEach(makeCollection(blobs(3, n / 3, 0.3)), K);
    const expected = byUmapJs(indices, scores, n);
    const { heads, tails, weights } = fuzzyGraph({ k: K, indices, scores }, n);
    const keys = Array.from(heads, (head, edge) => `${head},${tails[edge]}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect([...keys].sort()).toEqual([...expected.keys()].sort());
    for (const [edge, key] of keys.entries()) expect(weights[edge]).toBeCloseTo(expected.get(key)!, 4);
  });

  it('connects pictures that are all the same for certain', async () => {
    const { indices, scores, k } = await nearestOfEach(
      makeCollection([
        [1, 2],
        [1, 2],
        [1, 2],
      ]),
      15,
    );
    expect(fuzzyGraph({ indices, scores, k }, 3)).toEqual({
      numNodes: 3,
      heads: Int32Array.of(0, 0, 1),
      tails: Int32Array.of(1, 2, 2),
      weights: Float32Array.of(1, 1, 1),
    });
  });

  it('has no edges where there is one picture, and passes over places that are empty', () => {
    const none = { k: 0, indices: new Int32Array(), scores: new Float32Array() };
    expect(fuzzyGraph(none, 1).weights).toHaveLength(0);
    const [indices, scores] = [Int32Array.of(1, -1, 0, -1), Float32Array.of(0.5, -Infinity, 0.5, -Infinity)];
    const { heads, tails, weights } = fuzzyGraph({ k: 2, indices, scores }, 2);
    expect([...heads, ...tails, ...weights]).toEqual([0, 1, 1]);
  });
});
