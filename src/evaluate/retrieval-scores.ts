/** @file What a ranking is worth for the query it was made for, and on average over queries. */
import type { Neighbours } from '../search/neighbours.js';

/** Nearest pictures that are kept of each query, to be shown: as many as in the paper's figure 6. */
export const NUM_SHOWN = 10;

/** Means over some queries, in [0, 1]. */
export interface RetrievalScores {
  readonly numQueries: number;
  /** For each of `ks` the share of the k nearest that are of the query's class. */
  readonly precision: readonly number[];
  /** Precision among the R nearest, where R is how many there are of the class: it is the recall there, too. */
  readonly rPrecision: number;
  /** Mean average precision (mAP) over the whole ranking. */
  readonly averagePrecision: number;
}

/** A number for each test picture; NaN for those that do not count. */
export interface QueryScores {
  /** float64[queries] */
  readonly averagePrecision: Float64Array;
  /** float64[queries] */
  readonly rPrecision: Float64Array;
  /** float64[queries, ks] */
  readonly precision: Float64Array;
  /** Pictures of the query's class in the reference, itself left out; int32[queries]. */
  readonly numRelevant: Int32Array;
  /** The `NUM_SHOWN` nearest, itself left out; empty for queries that do not count. */
  readonly nearest: Neighbours;
}

interface Ranked {
  /** Rows, best first. */
  readonly order: Uint32Array;
  /** float32[n], of each row. */
  readonly scores: Float32Array;
  /** int32[n], the class of each row; −1 for none. */
  readonly labels: Int32Array;
  /** Class of the query. */
  readonly label: number;
}

/** The scores of each query, filled in one query after the other. */
export class QueryTable implements QueryScores {
  readonly averagePrecision: Float64Array;
  readonly rPrecision: Float64Array;
  readonly precision: Float64Array;
  readonly numRelevant: Int32Array;
  readonly nearest: Neighbours;
  readonly #ks: readonly number[];

  /** @param ks ascending */
  constructor(numQueries: number, ks: readonly number[]) {
    this.averagePrecision = new Float64Array(numQueries).fill(Number.NaN);
    this.rPrecision = new Float64Array(numQueries).fill(Number.NaN);
    this.precision = new Float64Array(numQueries * ks.length).fill(Number.NaN);
    this.numRelevant = new Int32Array(numQueries);
    this.nearest = {
      k: NUM_SHOWN,
      indices: new Int32Array(numQueries * NUM_SHOWN).fill(-1),
      scores: new Float32Array(numQueries * NUM_SHOWN).fill(Number.NEGATIVE_INFINITY),
    };
    this.#ks = ks;
  }

  add(query: number, { order, scores, labels, label }: Ranked): void {
    /** Ranks, from 1, of the pictures of the class. */
    const ranks: number[] = [];
    for (let i = 0; i < order.length; i++) if (labels[order[i]!] === label) ranks.push(i + 1);
    this.numRelevant[query] = ranks.length;
    if (ranks.length === 0) return;
    /** How many of the ranks are at most k. */
    const hits = (k: number): number => {
      const beyond = ranks.findIndex((rank) => rank > k);
      return beyond < 0 ? ranks.length : beyond;
    };
    this.averagePrecision[query] = meanTerm(ranks, (rank, i) => (i + 1) / rank);
    this.rPrecision[query] = hits(ranks.length) / ranks.length;
    for (const [i, k] of this.#ks.entries()) {
      this.precision[query * this.#ks.length + i] = hits(k) / Math.min(k, order.length);
    }
    for (const [place, row] of order.subarray(0, NUM_SHOWN).entries()) {
      this.nearest.indices[query * NUM_SHOWN + place] = row;
      this.nearest.scores[query * NUM_SHOWN + place] = scores[row]!;
    }
  }

  /** @param queries at least one, all of which count */
  meanOf(queries: Int32Array): RetrievalScores {
    const ks = this.#ks;
    return {
      numQueries: queries.length,
      precision: ks.map((_, i) => meanTerm(queries, (query) => this.precision[query * ks.length + i]!)),
      rPrecision: meanTerm(queries, (query) => this.rPrecision[query]!),
      averagePrecision: meanTerm(queries, (query) => this.averagePrecision[query]!),
    };
  }
}

/** The mean of means, each counting as much as the other. @param parts at least one */
export function meanOfScores(parts: readonly RetrievalScores[]): RetrievalScores {
  const meanOf = (value: (part: RetrievalScores) => number): number => meanTerm(parts.map(value), (number) => number);
  return {
    numQueries: parts.reduce((sum, { numQueries }) => sum + numQueries, 0),
    precision: parts[0]!.precision.map((_, i) => meanOf(({ precision }) => precision[i]!)),
    rPrecision: meanOf(({ rPrecision }) => rPrecision),
    averagePrecision: meanOf(({ averagePrecision }) => averagePrecision),
  };
}

/** The mean of `term` over some values. */
export function meanTerm(values: ArrayLike<number>, term: (value: number, i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += term(values[i]!, i);
  return sum / values.length;
}
