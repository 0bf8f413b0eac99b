/** @file Exact nearest rows, as one thread finds them: products of blocks by the runtime, shortlists beside them. */
import { matmul } from '../graph/ops/linear.js';
import { max } from '../graph/ops/reductions.js';
import { reshape } from '../graph/ops/reshape.js';
import { input } from '../graph/value.js';
import { Program, toTensor } from '../runtime/program.js';
import { selectLargest } from '../search/select.js';
import { type ScoreBlock, Shortlists } from '../search/shortlist.js';

/** 256 × 1024 scores are 1 MB: they are still in the cache of the core when they are looked at. */
export const QUERY_BLOCK = 256;
const ROW_BLOCK = 1024;
/** Rows whose best score is looked at first. */
const GROUP = 8;
const GROUPS = ROW_BLOCK / GROUP;

/** A search and the place for its results; every array is shared memory. */
export interface SearchJob {
  /** float32[numQueries, dim] */
  readonly queries: Float32Array;
  /** float32[n, dim] */
  readonly rows: Float32Array;
  readonly k: number;
  /** int32[numQueries], a row that each query may not find; −1 for none. */
  readonly exclude: Int32Array;
  /** int32[numQueries, k] and float32[numQueries, k], as in `Neighbours`. */
  readonly indices: Int32Array;
  readonly scores: Float32Array;
  /** int32[1]: the next query that no thread has taken. */
  readonly next: Int32Array;
}

/**
 * Takes blocks of queries until none is left.
 *
 * Which rows can be dismissed at a glance is guessed from a sample of the rows. A query for which the guess left fewer
 * than k rows is searched again without one, so the result is exact.
 */
export class BlockSearch {
  readonly #dim: number;
  readonly #program: Program;
  readonly #queries: Float32Array;
  readonly #rows: Float32Array;
  readonly #scores = new Float32Array(QUERY_BLOCK * ROW_BLOCK);
  readonly #maxima = new Float32Array(QUERY_BLOCK * GROUPS);
  /** Kept from one search to the next: a server makes many, and would fill its memory faster than garbage is collected. */
  readonly #sampled: Float32Array;
  #lists: Shortlists | undefined;

  private constructor(dim: number, program: Program) {
    this.#dim = dim;
    this.#program = program;
    this.#queries = new Float32Array(QUERY_BLOCK * dim);
    this.#rows = new Float32Array(ROW_BLOCK * dim);
    this.#sampled = new Float32Array(ROW_BLOCK * dim);
  }

  static async create(dim: number): Promise<BlockSearch> {
    const scores = matmul(input('queries', [QUERY_BLOCK, dim]), input('rows', [ROW_BLOCK, dim]), { transB: true });
    const maxima = max(reshape(scores, [QUERY_BLOCK, GROUP, GROUPS]), [1]);
    return new BlockSearch(dim, await Program.create({ scores, maxima }, { target: { device: 'cpu' }, threads: 1 }));
  }

  async run(job: SearchJob): Promise<void> {
    const numQueries = job.exclude.length;
    if (this.#lists?.k !== job.k) this.#lists = new Shortlists(QUERY_BLOCK, job.k, ROW_BLOCK);
    const lists = this.#lists;
    const sample = this.#sample(job);
    const again: number[] = [];
    for (;;) {
      const first = Atomics.add(job.next, 0, QUERY_BLOCK);
      if (first >= numQueries) break;
      const queries = Array.from({ length: Math.min(QUERY_BLOCK, numQueries - first) }, (_, i) => first + i);
      this.#setQueries(job, queries);
      const bars =
        sample === undefined ? queries.map(() => Number.NEGATIVE_INFINITY) : await this.#guess(sample, queries);
      again.push(...(await this.#search(job, queries, bars, lists)));
    }
    while (again.length > 0) {
      const queries = again.splice(0, QUERY_BLOCK);
      this.#setQueries(job, queries);
      await this.#search(
        job,
        queries,
        queries.map(() => Number.NEGATIVE_INFINITY),
        lists,
      );
    }
  }

  async release(): Promise<void> {
    await this.#program.release();
  }

  #setQueries({ queries }: SearchJob, numbers: readonly number[]): void {
    const dim = this.#dim;
    numbers.forEach((query, i) => {
      this.#queries.set(queries.subarray(query * dim, (query + 1) * dim), i * dim);
    });
  }

  /** Rows from all over, and how many of the best of them are probably more than the k best of all rows hold. */
  #sample({ rows, k }: SearchJob): Sample | undefined {
    const dim = this.#dim;
    const numRows = rows.length / dim;
    // So many of the k best are expected in the sample; three standard deviations more are hardly ever there.
    const expected = (k * ROW_BLOCK) / numRows;
    const rank = Math.ceil(expected + 3 * Math.sqrt(expected)) + 2;
    if (numRows < 4 * ROW_BLOCK || rank > GROUPS / 2) return undefined;
    const sampled = this.#sampled;
    for (let i = 0; i < ROW_BLOCK; i++) {
      const row = Math.floor((i * numRows) / ROW_BLOCK);
      sampled.set(rows.subarray(row * dim, (row + 1) * dim), i * dim);
    }
    return { rows: sampled, rank };
  }

  /** For each query a score that probably more than k rows exceed. */
  async #guess({ rows, rank }: Sample, queries: readonly number[]): Promise<number[]> {
    await this.#multiply(rows);
    // The best of each group stand for the sample: the bar comes out no higher for it.
    return queries.map((_, i) => selectLargest(this.#maxima, i * GROUPS, (i + 1) * GROUPS, rank));
  }

  /** @returns the queries for which fewer than k rows were found though the bar might have been lower */
  async #search(
    job: SearchJob,
    queries: readonly number[],
    bars: readonly number[],
    lists: Shortlists,
  ): Promise<number[]> {
    const dim = this.#dim;
    const { rows, k, exclude, indices, scores } = job;
    const numRows = rows.length / dim;
    for (const [i, bar] of bars.entries()) lists.start(i, bar);
    for (let firstRow = 0; firstRow < numRows; firstRow += ROW_BLOCK) {
      const part = rows.subarray(firstRow * dim, (firstRow + ROW_BLOCK) * dim);
      this.#rows.set(part);
      await this.#multiply(this.#rows);
      // The runtime's maximum of a NaN and other numbers may be any of them. A row with a NaN shows in every query.
      if (this.#scores.subarray(0, ROW_BLOCK).some(Number.isNaN)) this.#maxima.fill(Number.POSITIVE_INFINITY);
      const block: ScoreBlock = {
        scores: this.#scores,
        maxima: this.#maxima,
        columns: ROW_BLOCK,
        groups: GROUPS,
        firstRow,
        numRows: part.length / dim,
      };
      for (const [i, query] of queries.entries()) lists.offer(i, block, exclude[query]!);
    }
    return queries.filter((query, i) => {
      const place = query * k;
      const found = lists.finish(i, indices.subarray(place, place + k), scores.subarray(place, place + k));
      return found < k && bars[i] !== Number.NEGATIVE_INFINITY;
    });
  }

  async #multiply(rows: Float32Array): Promise<void> {
    const { inputs, outputs } = this.#program;
    const feeds = {
      queries: toTensor(inputs.get('queries')!, this.#queries),
      rows: toTensor(inputs.get('rows')!, rows),
    };
    const fetches = {
      scores: toTensor(outputs.get('scores')!, this.#scores),
      maxima: toTensor(outputs.get('maxima')!, this.#maxima),
    };
    await this.#program.runInto(feeds, fetches);
  }
}

interface Sample {
  /** float32[ROW_BLOCK, dim] */
  readonly rows: Float32Array;
  readonly rank: number;
}
