/** @file The k best of scores that arrive block by block, so that no one holds queries × rows of them. */

import { checkCount } from '../core/check-count.js';
import { ArgumentError } from '../core/errors.js';
import type { Neighbours } from './neighbours.js';

// An empty place: worse than every row, so a heap can be full from the start.
const NO_ROW = 0x7fffffff;

/**
 * Running top-k: for each query a heap of the best k so far with the worst of them at its root.
 *
 * The result does not depend on the order of the blocks: equal scores go to the lower row. NaN is never found.
 */
export class TopK {
  readonly #k: number;
  readonly #exclude: Int32Array | undefined;
  readonly #scores: Float32Array;
  readonly #rows: Int32Array;

  /**
   * @param numQueries how many queries, >= 0
   * @param k rows to find for each, >= 1
   * @param exclude int32[numQueries], one row that is not to be found, e.g. the query itself; −1 for none
   * @throws {ArgumentError} if `k` is no positive integer, or `exclude` has another length
   */
  constructor(numQueries: number, k: number, exclude?: Int32Array) {
    checkCount('k', k);
    if (exclude !== undefined && exclude.length !== numQueries) {
      throw new ArgumentError(`exclude: expected int32[${numQueries}], one a query, got int32[${exclude.length}]`);
    }
    this.#k = k;
    this.#exclude = exclude;
    this.#scores = new Float32Array(numQueries * k).fill(Number.NEGATIVE_INFINITY);
    this.#rows = new Int32Array(numQueries * k).fill(NO_ROW);
  }

  /**
   * Takes the scores of one query with the rows `firstRow`, `firstRow + 1`, …; each row once.
   *
   * @param block float32[rows of the block]
   */
  offer(query: number, block: Float32Array, firstRow: number): void {
    const root = query * this.#k;
    const excluded = this.#exclude?.[query] ?? -1;
    let worst = this.#scores[root]!;
    for (let i = 0; i < block.length; i++) {
      const score = block[i]!;
      // Nearly every score ends here, so the exact comparison can wait.
      if (!(score >= worst)) continue;
      const row = firstRow + i;
      if (row === excluded || !isBetter(score, row, worst, this.#rows[root]!)) continue;
      this.#replaceWorst(root, score, row);
      worst = this.#scores[root]!;
    }
  }

  /** The neighbours found so far, best first. */
  finish(): Neighbours {
    const k = this.#k;
    const indices = new Int32Array(this.#rows.length);
    const scores = new Float32Array(this.#rows.length);
    for (let start = 0; start < this.#rows.length; start += k) {
      const order = Array.from({ length: k }, (_, i) => start + i).sort(
        (a, b) => this.#scores[b]! - this.#scores[a]! || this.#rows[a]! - this.#rows[b]!,
      );
      order.forEach((from, rank) => {
        const row = this.#rows[from]!;
        indices[start + rank] = row === NO_ROW ? -1 : row;
        scores[start + rank] = this.#scores[from]!;
      });
    }
    return { k, indices, scores };
  }

  /** Puts a row in the place of the worst and lets it sink to where it belongs in the heap that begins at `root`. */
  #replaceWorst(root: number, score: number, row: number): void {
    const scores = this.#scores;
    const rows = this.#rows;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= this.#k) break;
      const right = child + 1;
      if (
        right < this.#k &&
        isBetter(scores[root + child]!, rows[root + child]!, scores[root + right]!, rows[root + right]!)
      ) {
        child = right;
      }
      if (!isBetter(score, row, scores[root + child]!, rows[root + child]!)) break;
      scores[root + hole] = scores[root + child]!;
      rows[root + hole] = rows[root + child]!;
      hole = child;
    }
    scores[root + hole] = score;
    rows[root + hole] = row;
  }
}

function isBetter(score: number, row: number, otherScore: number, otherRow: number): boolean {
  return score > otherScore || (score === otherScore && row < otherRow);
}
