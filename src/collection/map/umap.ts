/**
 * @file UMAP's layout (McInnes, Healy, Melville 2018, algorithm 5): edges pull their ends together, random pairs push apart.
 *
 * Written here because of what umap-js does for it: at 50,000 pictures its graph, a JavaScript object an edge in maps with
 * a text for a key, takes 2.3 GB and twice that at 100,000; and where many pictures are the same it takes time that
 * grows with the square of their number. Tests hold this one against it.
 */
import { Random } from '../../core/random.js';
import type { WeightedGraph } from './fuzzy-graph.js';

// The curve 1 / (1 + a·d^2b) of umap-learn for its defaults, min_dist 0.1 and spread 1.
const A = 1.5769434603113077;
const B = 0.8950608779109733;
const NEGATIVES = 5;
const LARGEST_STEP = 4;
/** Side of the square that the layout begins in, as in umap-learn. */
const EXTENT = 20;
const NOISE = 1e-4;

export interface UmapOptions {
  readonly seed: number;
  /** float32[n, 2] in [−1, 1], where to begin. */
  readonly start: Float32Array;
  /** Passes over the edges; default as umap-learn, 500 up to 10,000 pictures and 200 for more. */
  readonly epochs?: number;
  /** Called with the part done, in (0, 1]. */
  readonly onProgress?: (part: number) => void;
}

/**
 * Lays a graph out in the plane; the same for the same seed.
 *
 * @returns float32[n, 2]
 */
export function layoutUmap(graph: WeightedGraph, { seed, start, epochs, onProgress }: UmapOptions): Float32Array {
  const { numNodes, heads, tails, weights } = graph;
  const numEpochs = epochs ?? (numNodes <= 10_000 ? 500 : 200);
  const random = new Random(seed, 'sample');
  // What is at the very same place could not be pushed apart.
  const layout = start.map((value) => (value * EXTENT) / 2 + NOISE * random.normal());
  const strongest = weights.reduce((max, weight) => Math.max(max, weight), 0);
  // An edge is due every so many epochs, the strongest in each.
  const period = weights.map((weight) => strongest / weight);
  const due = period.slice();
  for (let epoch = 0; epoch < numEpochs; epoch++) {
    const rate = 1 - epoch / numEpochs;
    for (let edge = 0; edge < due.length; edge++) {
      if (due[edge]! > epoch + 1) continue;
      due[edge]! += period[edge]!;
      const head = 2 * heads[edge]!;
      const tail = 2 * tails[edge]!;
      // Each end sees the edge, so it pulls twice.
      pull(layout, head, tail, rate);
      for (let i = 0; i < NEGATIVES; i++) push(layout, head, 2 * random.integer(numNodes), rate);
      pull(layout, tail, head, rate);
      for (let i = 0; i < NEGATIVES; i++) push(layout, tail, 2 * random.integer(numNodes), rate);
    }
    onProgress?.((epoch + 1) / numEpochs);
  }
  return layout;
}

/** Moves two nodes towards each other, down the gradient of log(1 + a·d^2b). */
function pull(layout: Float32Array, node: number, other: number, rate: number): void {
  const dx = layout[node]! - layout[other]!;
  const dy = layout[node + 1]! - layout[other + 1]!;
  const squared = dx * dx + dy * dy;
  if (squared === 0) return;
  const power = squared ** (B - 1);
  const factor = (-2 * A * B * power) / (1 + A * power * squared);
  const [x, y] = [rate * clip(factor * dx), rate * clip(factor * dy)];
  layout[node]! += x;
  layout[node + 1]! += y;
  layout[other]! -= x;
  layout[other + 1]! -= y;
}

/** Moves a node away from another. */
function push(layout: Float32Array, node: number, other: number, rate: number): void {
  if (node === other) return;
  const dx = layout[node]! - layout[other]!;
  const dy = layout[node + 1]! - layout[other + 1]!;
  const squared = dx * dx + dy * dy;
  const factor = (2 * B) / ((0.001 + squared) * (1 + A * squared ** B));
  layout[node]! += rate * clip(factor * dx);
  layout[node + 1]! += rate * clip(factor * dy);
}

function clip(value: number): number {
  return Math.max(-LARGEST_STEP, Math.min(LARGEST_STEP, value));
}
