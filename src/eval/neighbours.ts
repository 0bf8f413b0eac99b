/** @file Exact nearest rows for many queries: blocked products on the device, running top-k beside them. */
import { ArgumentError } from '../core/errors.js';
import { matmul } from '../graph/ops/linear.js';
import { input } from '../graph/value.js';
import type { Backend } from '../runtime/device.js';
import { Program } from '../runtime/program.js';
import type { Neighbours } from '../search/neighbours.js';
import { TopK } from '../search/topk.js';

/** 256 × 8192 similarities are 8 MB: they stay in the cache between the product and the selection. */
const QUERY_BLOCK = 256;
const ROW_BLOCK = 8192;

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

/** Finds neighbours by inner product. Build one a run, for the sake of its session. */
export class NeighbourFinder {
  readonly dim: number;
  readonly #program: Program;

  private constructor(dim: number, program: Program) {
    this.dim = dim;
    this.#program = program;
  }

  static async create(dim: number, backend: Backend): Promise<NeighbourFinder> {
    const scores = matmul(input('queries', [QUERY_BLOCK, dim]), input('rows', [ROW_BLOCK, dim]), { transB: true });
    return new NeighbourFinder(dim, await Program.create({ scores }, backend));
  }

  /** @throws {ArgumentError} if an array is no whole number of rows */
  async find({ queries, rows, k, exclude }: NeighbourQuery): Promise<Neighbours> {
    const { dim } = this;
    for (const [name, array] of Object.entries({ queries, rows })) {
      if (array.length % dim !== 0) {
        throw new ArgumentError(`${name}: expected rows of ${dim} numbers, got ${array.length} numbers.`);
      }
    }
    const numQueries = queries.length / dim;
    const numRows = rows.length / dim;
    const best = new TopK(numQueries, k, exclude);
    for (let firstQuery = 0; firstQuery < numQueries; firstQuery += QUERY_BLOCK) {
      const queryBlock = block(queries, firstQuery, QUERY_BLOCK, dim);
      for (let firstRow = 0; firstRow < numRows; firstRow += ROW_BLOCK) {
        const feeds = { queries: queryBlock, rows: block(rows, firstRow, ROW_BLOCK, dim) };
        const { scores } = (await this.#program.run(feeds)) as { scores: Float32Array };
        const width = Math.min(ROW_BLOCK, numRows - firstRow);
        for (let query = firstQuery; query < Math.min(firstQuery + QUERY_BLOCK, numQueries); query++) {
          const start = (query - firstQuery) * ROW_BLOCK;
          best.offer(query, scores.subarray(start, start + width), firstRow);
        }
      }
    }
    return best.finish();
  }

  async release(): Promise<void> {
    await this.#program.release();
  }
}

/** `count` rows from `first` on, without a copy unless they reach beyond the end; zeros stand there. */
function block(rows: Float32Array, first: number, count: number, dim: number): Float32Array {
  const part = rows.subarray(first * dim, (first + count) * dim);
  if (part.length === count * dim) return part;
  const padded = new Float32Array(count * dim);
  padded.set(part);
  return padded;
}
