/** @file Nearest rows of a large indexed collection: a few queries by the index, approximately, many of them exactly. */
import { dot } from '../core/vector.js';
import type { Backend } from '../runtime/device.js';
import type { Neighbours } from '../search/neighbours.js';
import { TopK } from '../search/topk.js';
import type { PictureIndex } from '../store/index/picture-index.js';
import { FixedRows, NeighbourFinder } from './neighbour-finder.js';

/** From here on a pass over all rows, which answers 256 queries at once, takes less time than the index. */
const MANY_QUERIES = 256;

export class ApproximateSearch {
  readonly #index: PictureIndex;
  readonly #rows: FixedRows;
  readonly #rowOf: ReadonlyMap<string, number>;
  readonly #exact: NeighbourFinder;

  /**
   * @param ids of the rows, which are those of the index
   * @param rows float32[n, dim], unit rows
   */
  constructor(index: PictureIndex, ids: readonly string[], rows: Float32Array, backend: Pick<Backend, 'threads'>) {
    this.#index = index;
    this.#rows = new FixedRows(rows);
    this.#rowOf = new Map(ids.map((id, row) => [id, row]));
    this.#exact = new NeighbourFinder(index.dim, backend);
  }

  /** Of few queries, as NeighbourFinder.find, but for a part of the neighbours that is missed, see docs/index.md. */
  async find(queries: Float32Array, k: number, exclude?: Int32Array): Promise<Neighbours> {
    const { dim } = this.#index;
    const numQueries = queries.length / dim;
    if (numQueries >= MANY_QUERIES) {
      return this.#exact.find({ queries, rows: this.#rows, k, ...(exclude && { exclude }) });
    }
    const found = new TopK(numQueries, k, exclude);
    await Promise.all(
      Array.from({ length: numQueries }, async (_, query) => {
        const feature = queries.slice(query * dim, (query + 1) * dim);
        for (const { id } of await this.#index.nearest(feature, k + (exclude ? 1 : 0))) {
          const row = this.#rowOf.get(id);
          // Another process may have put it in since.
          if (row === undefined) continue;
          // The same numbers as an exact search gives, so that ties are broken alike.
          found.offer(query, Float32Array.of(dot(feature, 0, this.#rows.floats, row * dim, dim)), row);
        }
      }),
    );
    return found.finish();
  }

  async release(): Promise<void> {
    this.#index.close();
    await this.#exact.release();
  }
}
