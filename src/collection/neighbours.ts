/** @file Exact nearest rows for many queries, searched by several threads. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { ArgumentError } from '../core/errors.js';
import type { Backend } from '../runtime/device.js';
import { searchExact } from '../search/exact.js';
import type { Neighbours } from '../search/neighbours.js';
import type { SearchJob } from './neighbour-block.js';

/** Pairs of a query and a row that are compared in less time than it takes to start a thread. */
const FEW_PAIRS = 2 ** 19;

export interface NeighbourQuery {
  /** float32[numQueries, dim] */
  readonly queries: Float32Array;
  /** float32[n, dim] */
  readonly rows: Float32Array;
  /** Neighbours of each query, ≥ 1. */
  readonly k: number;
  /** int32[numQueries], a row that each query may not find, such as its own; −1 for none. */
  readonly exclude?: Int32Array;
}

/**
 * Finds neighbours by inner product, on the CPU. Build one a run, for the sake of its threads.
 *
 * The result is exact, equal scores going to the lower row, and does not depend on the number of threads: each block
 * of queries is one thread's affair. Memory beyond the arrays that come in and go out, which are copied once to where
 * all threads can read them, does not grow with the number of rows.
 */
export class NeighbourFinder {
  readonly dim: number;
  readonly #threads: number;
  #workers: readonly Worker[] = [];

  private constructor(dim: number, threads: number) {
    this.dim = dim;
    this.#threads = threads;
  }

  static async create(dim: number, { threads }: Pick<Backend, 'threads'>): Promise<NeighbourFinder> {
    return new NeighbourFinder(dim, threads);
  }

  /**
   * One search at a time.
   *
   * @throws {ArgumentError} if an array is no whole number of rows, `exclude` has another length than there are queries,
   *   or `k` is no positive integer
   */
  async find({ queries, rows, k, exclude }: NeighbourQuery): Promise<Neighbours> {
    const { dim } = this;
    for (const [name, array] of Object.entries({ queries, rows })) {
      if (array.length % dim !== 0) {
        throw new ArgumentError(`${name}: expected rows of ${dim} numbers, got ${array.length} numbers.`);
      }
    }
    const numQueries = queries.length / dim;
    if (!Number.isInteger(k) || k < 1) throw new ArgumentError(`k: expected an integer of at least 1, got ${k}`);
    if (exclude !== undefined && exclude.length !== numQueries) {
      throw new ArgumentError(`exclude: expected int32[${numQueries}], one a query, got int32[${exclude.length}]`);
    }
    if (numQueries * (rows.length / dim) < FEW_PAIRS) {
      return searchExact({ queries, rows, dim, k, ...(exclude && { exclude }) });
    }
    const job: SearchJob = {
      queries: sharedFloats(queries),
      rows: sharedFloats(rows),
      k,
      exclude: sharedInts(numQueries).fill(-1),
      indices: sharedInts(numQueries * k).fill(-1),
      scores: sharedFloats(new Float32Array(numQueries * k).fill(Number.NEGATIVE_INFINITY)),
      next: sharedInts(1),
    };
    if (exclude) job.exclude.set(exclude);
    if (this.#workers.length === 0) this.#workers = Array.from({ length: this.#threads }, () => startWorker(dim));
    await Promise.all(this.#workers.map((worker) => runOn(worker, job)));
    return { k, indices: job.indices.slice(), scores: job.scores.slice() };
  }

  /** Ends the threads. */
  async release(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
    this.#workers = [];
  }
}

function startWorker(dim: number): Worker {
  return new Worker(new URL('./neighbour-worker.js', import.meta.url), {
    workerData: dim,
    // Flags of the calling process, such as --input-type or --inspect, are not for its workers.
    execArgv: [],
    // What a search makes is small and short-lived; collected late, it would only be memory held.
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  });
}

/** A waiting thread does not keep the process alive. */
async function runOn(worker: Worker, job: SearchJob): Promise<void> {
  worker.ref();
  try {
    const done = once(worker, 'message');
    worker.postMessage(job);
    await done;
  } finally {
    worker.unref();
  }
}

/** The array itself if its memory is shared already, else a copy. */
function sharedFloats(array: Float32Array): Float32Array {
  if (array.buffer instanceof SharedArrayBuffer) return array;
  const copy = new Float32Array(new SharedArrayBuffer(array.byteLength));
  copy.set(array);
  return copy;
}

function sharedInts(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * length));
}
