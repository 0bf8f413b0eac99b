/** @file Exact nearest rows of queries: few are compared one by one, many by several threads. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { checkCount } from '../core/check-count.js';
import { ArgumentError } from '../core/errors.js';
import type { Backend } from '../runtime/device.js';
import { searchExact } from '../search/exact.js';
import type { Neighbours } from '../search/neighbours.js';
import type { SearchJob } from './neighbour-block.js';

/** From here on products of whole blocks are faster, though they always take 256 queries. */
const MANY_QUERIES = 16;
/** Pairs of a query and a row that are compared in less time than it takes to start a thread. */
const FEW_PAIRS = 2 ** 19;

export interface NeighbourQuery {
  /** float32[numQueries, dim] */
  readonly queries: Float32Array;
  /** float32[n, dim] */
  readonly rows: Float32Array | FixedRows;
  /** Neighbours of each query, ≥ 1; more than there are rows leaves places empty. */
  readonly k: number;
  /** int32[numQueries], a row that each query may not find, such as its own; −1 for none. */
  readonly exclude?: Int32Array;
}

/** Rows that stay the same from search to search: they are copied to where all threads can read them once, if at all. */
export class FixedRows {
  readonly floats: Float32Array;
  #shared: Float32Array | undefined;

  /** @param floats float32[n, dim] */
  constructor(floats: Float32Array) {
    this.floats = floats;
  }

  get shared(): Float32Array {
    this.#shared ??= sharedFloats(this.floats);
    return this.#shared;
  }
}

/**
 * Finds neighbours by inner product, on the CPU: of few queries at once, of many as products of blocks, by threads that
 * start when they are first wanted. This is the one place that decides which.
 *
 * The result is exact, equal scores going to the lower row, and does not depend on the number of threads: each block
 * of queries is one thread's affair. Memory beyond the arrays that come in and go out, which are copied once to where
 * all threads can read them, does not grow with the number of rows.
 */
export class NeighbourFinder {
  readonly dim: number;
  readonly threads: number;
  #workers: readonly Worker[] = [];
  /** The threads search one thing at a time. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(dim: number, { threads }: Pick<Backend, 'threads'>) {
    this.dim = dim;
    this.threads = threads;
  }

  /**
   * @throws {ArgumentError} if an array is no whole number of rows, `exclude` has another length than there are queries,
   *   or `k` is no positive integer
   */
  async find({ queries, rows, k, exclude }: NeighbourQuery): Promise<Neighbours> {
    const { dim } = this;
    const floats = rows instanceof FixedRows ? rows.floats : rows;
    for (const [name, array] of Object.entries({ queries, rows: floats })) {
      if (array.length % dim !== 0) {
        throw new ArgumentError(`${name}: expected rows of ${dim} numbers, got ${array.length} numbers.`);
      }
    }
    const numQueries = queries.length / dim;
    checkCount('k', k);
    if (exclude !== undefined && exclude.length !== numQueries) {
      throw new ArgumentError(`exclude: expected int32[${numQueries}], one a query, got int32[${exclude.length}]`);
    }
    if (numQueries < MANY_QUERIES || numQueries * (floats.length / dim) < FEW_PAIRS) {
      return searchExact({ queries, rows: floats, dim, k, ...(exclude && { exclude }) });
    }
    const found = this.#last.then(() => this.#search({ queries, rows, k, ...(exclude && { exclude }) }));
    this.#last = found.catch(() => undefined);
    return found;
  }

  async #search({ queries, rows, k, exclude }: NeighbourQuery): Promise<Neighbours> {
    const numQueries = queries.length / this.dim;
    const job: SearchJob = {
      queries: sharedFloats(queries),
      rows: rows instanceof FixedRows ? rows.shared : sharedFloats(rows),
      k,
      exclude: sharedInts(numQueries).fill(-1),
      indices: sharedInts(numQueries * k).fill(-1),
      scores: sharedFloats(new Float32Array(numQueries * k).fill(Number.NEGATIVE_INFINITY)),
      next: sharedInts(1),
    };
    if (exclude) job.exclude.set(exclude);
    if (this.#workers.length === 0) this.#workers = Array.from({ length: this.threads }, () => startWorker(this.dim));
    await Promise.all(this.#workers.map((worker) => runOn(worker, job)));
    return { k, indices: job.indices.slice(), scores: job.scores.slice() };
  }

  /** Ends the threads once they have searched what was asked. */
  async release(): Promise<void> {
    await this.#last;
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
