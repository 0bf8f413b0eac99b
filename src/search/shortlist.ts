/** @file The rows still in question for each query of a block, while the scores of all rows pass by. */

import { selectLargest } from './select.js';

/** Scores of some queries with rows that follow one another. */
export interface ScoreBlock {
  /** float32[queries, columns], finite or NaN */
  readonly scores: Float32Array;
  /** float32[queries, groups]: the best of the columns g, g + groups, g + 2 · groups, … */
  readonly maxima: Float32Array;
  readonly columns: number;
  /** Divides `columns`. */
  readonly groups: number;
  /** The row of column 0. */
  readonly firstRow: number;
  /** Columns that are rows; what follows is padding. */
  readonly numRows: number;
}

/** A float32 leaves the last 29 bits of a float64 at zero; a row in 28 of them does not change what it rounds to. */
const ROW_BITS = 2 ** 28 - 1;

/**
 * For each query the rows that may be among its k best.
 *
 * A query has a bar, and only a row that scores above it is put on the list: one glance at the best of a group usually
 * dismisses the whole group. When the list gets long, all but the k best are struck off and the worst of these is the
 * new bar. Blocks come in ascending order of rows, so a later row that only equals the bar is not better.
 *
 * An entry is the score as a float64 with the row in the bits that a float32 does not use, so that entries are ordered
 * as numbers, equal scores by ascending row, and the engine's own sort, many times faster than one with a comparison in
 * JavaScript, can order them.
 */
export class Shortlists {
  readonly k: number;
  readonly #capacity: number;
  readonly #entries: Float64Array;
  /** The same memory; the lower half of an entry comes first. */
  readonly #words: Uint32Array;
  readonly #counts: Int32Array;
  readonly #bars: Float64Array;

  /**
   * @param numQueries lists
   * @param k ≥ 1
   * @param columns of a block
   */
  constructor(numQueries: number, k: number, columns: number) {
    this.k = k;
    // Less than 4 k are left before a block, and at most the whole block is added.
    this.#capacity = 4 * k + columns;
    this.#entries = new Float64Array(numQueries * this.#capacity);
    this.#words = new Uint32Array(this.#entries.buffer);
    this.#counts = new Int32Array(numQueries);
    this.#bars = new Float64Array(numQueries);
  }

  /** Empties the list of a query. @param bar −Infinity for the k best in any case; a higher one is a guess */
  start(query: number, bar: number): void {
    this.#counts[query] = 0;
    this.#bars[query] = bar;
  }

  /** @param excluded a row not to be listed; −1 for none */
  offer(query: number, block: ScoreBlock, excluded: number): void {
    const { scores, maxima, columns, groups, firstRow, numRows } = block;
    const bar = this.#bars[query]!;
    const start = query * this.#capacity;
    const firstScore = query * columns;
    const firstGroup = query * groups;
    let end = start + this.#counts[query]!;
    for (let group = 0; group < groups; group++) {
      // A group with a NaN passes, for the other scores in it.
      if (maxima[firstGroup + group]! <= bar) continue;
      for (let column = group; column < numRows; column += groups) {
        const score = scores[firstScore + column]!;
        if (score > bar && firstRow + column !== excluded) this.#put(end++, score, firstRow + column);
      }
    }
    this.#counts[query] = end - start;
    if (end - start < 4 * this.k) return;
    this.#bars[query] = Math.fround(this.#keepBest(query));
  }

  /**
   * Writes the k best rows, best first, or all there are.
   *
   * @param rows int32[k]
   * @param scores float32[k]
   * @returns how many: fewer than k if the bar was guessed too high, or there are no more rows
   */
  finish(query: number, rows: Int32Array, scores: Float32Array): number {
    this.#keepBest(query);
    const start = query * this.#capacity;
    const count = this.#counts[query]!;
    const last = start + count - 1;
    this.#entries.subarray(start, last + 1).sort();
    for (let rank = 0; rank < count; rank++) {
      const score = Math.fround(this.#entries[last - rank]!);
      const bits = this.#words[2 * (last - rank)]! & ROW_BITS;
      scores[rank] = score;
      rows[rank] = score < 0 ? bits : ROW_BITS - bits;
    }
    return count;
  }

  #put(place: number, score: number, row: number): void {
    this.#entries[place] = score + 0; // No negative zero: it would not be equal to zero.
    // Further from zero is better above it, and worse below.
    this.#words[2 * place]! |= score < 0 ? row : ROW_BITS - row;
  }

  /** Strikes off all but the k best, if there are more. @returns the worst of them */
  #keepBest(query: number): number {
    const start = query * this.#capacity;
    const end = start + this.#counts[query]!;
    if (end - start <= this.k) return Number.NEGATIVE_INFINITY;
    const worst = selectLargest(this.#entries, start, end, this.k);
    this.#entries.copyWithin(start, end - this.k, end);
    this.#counts[query] = this.k;
    return worst;
  }
}
