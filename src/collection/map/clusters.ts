/** @file Clusters: groups of pictures that are more connected among themselves than with others. */
import { UndirectedGraph } from 'graphology';
import louvainModule from 'graphology-communities-louvain';
import { Random } from '../../core/random.js';
import type { WeightedGraph } from './fuzzy-graph.js';

// Its types tell of a module with a default export; what Node imports is the function itself.
const louvain = louvainModule as unknown as typeof louvainModule.default;

/**
 * Finds clusters by maximising modularity (Blondel et al. 2008, "Louvain"); their number comes out of it.
 *
 * @returns int32[numNodes], numbered from 0 by descending size; −1 for a node that is on its own
 */
export function findClusters({ numNodes, heads, tails, weights }: WeightedGraph, seed: number): Int32Array {
  const graph = new UndirectedGraph();
  for (let node = 0; node < numNodes; node++) graph.addNode(node);
  heads.forEach((head, edge) => {
    graph.addEdge(head, tails[edge], { weight: weights[edge] });
  });
  const random = new Random(seed, 'sample', 1);
  const communities = louvain(graph, { rng: () => random.uniform() });

  const members = new Map<number, number[]>();
  for (let node = 0; node < numNodes; node++) {
    const community = communities[node]!;
    const others = members.get(community);
    if (others === undefined) members.set(community, [node]);
    else others.push(node);
  }
  const clusters = new Int32Array(numNodes).fill(-1);
  const bySize = [...members.values()].filter((nodes) => nodes.length > 1).sort((a, b) => b.length - a.length);
  for (const [cluster, nodes] of bySize.entries()) for (const node of nodes) clusters[node] = cluster;
  return clusters;
}
