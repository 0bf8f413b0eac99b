/** @file UMAP's graph: who is near whom, and how surely (McInnes, Healy, Melville 2018, algorithms 2 to 3). */
import type { Neighbours } from '../../search/neighbours.js';
import { distance } from '../outliers.js';

// As in the authors' umap-learn.
const ITERATIONS = 64;
const TOLERANCE = 1e-5;
const SMALLEST_SCALE = 1e-3;

/** An undirected graph, each edge once. */
export interface WeightedGraph {
  readonly numNodes: number;
  /** int32[edges], the lower node of each. */
  readonly heads: Int32Array;
  /** int32[edges] */
  readonly tails: Int32Array;
  /** float32[edges], in (0, 1] */
  readonly weights: Float32Array;
}

/**
 * Turns distances to neighbours into probabilities of being connected.
 *
 * Seen from a picture, its nearest other is connected for certain, and the rest ever less with the distance beyond that,
 * on a scale of the picture's own: so that the k neighbours count as log2 k. An edge is there if either end sees it:
 * a + b − a·b.
 *
 * @param neighbours of every row, itself not among them; distance is 1 − score
 */
export function fuzzyGraph({ indices, scores, k }: Neighbours, numNodes: number): WeightedGraph {
  const seen = memberships(scores, k, numNodes);
  const heads: number[] = [];
  const tails: number[] = [];
  const weights: number[] = [];
  for (let node = 0; node < numNodes; node++) {
    for (let i = node * k; i < (node + 1) * k; i++) {
      const other = indices[i]!;
      if (other < 0) continue;
      const back = indices.subarray(other * k, (other + 1) * k).indexOf(node);
      if (back >= 0 && other < node) continue;
      const [there, again] = [seen[i]!, back < 0 ? 0 : seen[other * k + back]!];
      const weight = there + again - there * again;
      if (weight === 0) continue;
      heads.push(Math.min(node, other));
      tails.push(Math.max(node, other));
      weights.push(weight);
    }
  }
  return {
    numNodes,
    heads: Int32Array.from(heads),
    tails: Int32Array.from(tails),
    weights: Float32Array.from(weights),
  };
}

/** float32[numNodes, k]: how surely each node is connected to each of its neighbours. */
function memberships(scores: Float32Array, k: number, numNodes: number): Float32Array {
  const distances = Float64Array.from(scores, distance);
  const known = distances.filter(Number.isFinite);
  const meanOfAll = known.reduce((sum, value) => sum + value, 0) / known.length;
  const seen = new Float32Array(numNodes * k);
  for (let node = 0; node < numNodes; node++) {
    const own = distances.subarray(node * k, (node + 1) * k);
    const nearest = own.find((value) => value > 0) ?? 0;
    const mean = nearest > 0 ? own.reduce((sum, value) => sum + value, 0) / k : meanOfAll;
    const scale = Math.max(scaleOf(own, nearest), SMALLEST_SCALE * mean);
    own.forEach((value, i) => {
      seen[node * k + i] = value <= nearest ? 1 : Math.exp((nearest - value) / scale);
    });
  }
  return seen;
}

/** The scale at which memberships sum to log2 of their number plus the node itself, by bisection. */
function scaleOf(distances: Float64Array, nearest: number): number {
  const target = Math.log2(distances.length + 1);
  let [low, high] = [0, Number.POSITIVE_INFINITY];
  let scale = 1;
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    let sum = 0;
    for (const value of distances) sum += value <= nearest ? 1 : Math.exp((nearest - value) / scale);
    if (Math.abs(sum - target) < TOLERANCE) break;
    if (sum > target) high = scale;
    else low = scale;
    scale = high === Number.POSITIVE_INFINITY ? 2 * scale : (low + high) / 2;
  }
  return scale;
}
