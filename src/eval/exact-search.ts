/** @file Exact nearest rows of one collection: at once for a few queries, blocked products for many. */
import type { Backend } from '../runtime/device.js';
import { searchExact } from '../search/exact.js';
import type { Neighbours } from '../search/neighbours.js';
import { NeighbourFinder } from './neighbours.js';

/** From here on products of whole blocks are faster, though they always take 256 queries. */
const MANY_QUERIES = 16;

/** Finds neighbours among rows that stay the same. */
export class ExactSearch {
  readonly #rows: Float32Array;
  readonly #dim: number;
  readonly #backend: Backend;
  #finder: Promise<NeighbourFinder> | undefined;

  /** @param rows float32[n, dim], unit rows */
  constructor(rows: Float32Array, dim: number, backend: Backend) {
    this.#rows = rows;
    this.#dim = dim;
    this.#backend = backend;
  }

  /**
   * @param queries float32[numQueries, dim], unit rows
   * @param k at least 1; more than there are rows leaves places empty
   * @param exclude int32[numQueries], a row that each query may not find; −1 for none
   */
  async find(queries: Float32Array, k: number, exclude?: Int32Array): Promise<Neighbours> {
    const query = { queries, rows: this.#rows, k, ...(exclude && { exclude }) };
    if (queries.length < MANY_QUERIES * this.#dim) return searchExact({ ...query, dim: this.#dim });
    this.#finder ??= NeighbourFinder.create(this.#dim, this.#backend);
    return (await this.#finder).find(query);
  }

  async release(): Promise<void> {
    await (await this.#finder)?.release();
  }
}
