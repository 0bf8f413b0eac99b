/** @file Exact nearest rows of one collection: at once for a few queries, blocked products for many. */
import type { Backend } from '../runtime/device.js';
import { searchExact } from '../search/exact.js';
import type { Neighbours } from '../search/neighbours.js';
import { NeighbourFinder, type NeighbourQuery } from './neighbours.js';

/** From here on products of whole blocks are faster, though they always take 256 queries. */
const MANY_QUERIES = 16;

/** Finds neighbours among rows that stay the same. */
export class ExactSearch {
  readonly dim: number;
  readonly threads: number;
  readonly #rows: Float32Array;
  #many: Promise<ManyQueries> | undefined;

  /** @param rows float32[n, dim], unit rows */
  constructor(rows: Float32Array, dim: number, { threads }: Pick<Backend, 'threads'>) {
    this.#rows = rows;
    this.dim = dim;
    this.threads = threads;
  }

  /**
   * @param queries float32[numQueries, dim], unit rows
   * @param k at least 1; more than there are rows leaves places empty
   * @param exclude int32[numQueries], a row that each query may not find; −1 for none
   */
  async find(queries: Float32Array, k: number, exclude?: Int32Array): Promise<Neighbours> {
    const query = { queries, k, ...(exclude && { exclude }) };
    if (queries.length < MANY_QUERIES * this.dim) return searchExact({ ...query, rows: this.#rows, dim: this.dim });
    this.#many ??= ManyQueries.create(this.#rows, this);
    return (await this.#many).find(query);
  }

  async release(): Promise<void> {
    await (await this.#many)?.release();
  }
}

/** Searches for many queries: one after the other, as the threads of a finder want it, in rows that are copied once. */
class ManyQueries {
  readonly #finder: NeighbourFinder;
  readonly #rows: Float32Array;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(finder: NeighbourFinder, rows: Float32Array) {
    this.#finder = finder;
    this.#rows = rows;
  }

  static async create(rows: Float32Array, { dim, threads }: ExactSearch): Promise<ManyQueries> {
    const shared = new Float32Array(new SharedArrayBuffer(rows.byteLength));
    shared.set(rows);
    return new ManyQueries(await NeighbourFinder.create(dim, { threads }), shared);
  }

  find(query: Omit<NeighbourQuery, 'rows'>): Promise<Neighbours> {
    const found = this.#last.then(() => this.#finder.find({ ...query, rows: this.#rows }));
    this.#last = found.catch(() => undefined);
    return found;
  }

  async release(): Promise<void> {
    await this.#last;
    await this.#finder.release();
  }
}
