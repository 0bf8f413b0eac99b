/** @file The thread that lays out a map and finds its clusters, a minute of work for 50,000 pictures. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Neighbours } from '../../search/neighbours.js';
import { findClusters } from './clusters.js';
import { fuzzyGraph } from './fuzzy-graph.js';
import { layoutUmap } from './umap.js';

/** What the thread is started with. */
export interface MapTask {
  readonly neighbours: Neighbours;
  readonly numNodes: number;
  /** float32[numNodes, 2], where the layout begins. */
  readonly start: Float32Array;
  readonly seed: number;
}

export interface MapTaskResult {
  /** float32[numNodes, 2] */
  readonly layout: Float32Array;
  /** int32[numNodes] */
  readonly cluster: Int32Array;
}

/** The part done, then the result. */
export type MapMessage = number | MapTaskResult;

const { neighbours, numNodes, start, seed } = workerData as MapTask;
const tell = (message: MapMessage): void => parentPort!.postMessage(message);
const graph = fuzzyGraph(neighbours, numNodes);
const cluster = findClusters(graph, seed);
tell({ layout: layoutUmap(graph, { seed, start, onProgress: tell }), cluster });
