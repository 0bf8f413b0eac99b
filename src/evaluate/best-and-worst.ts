/** @file The queries whose pictures are found best and worst (Wu et al. 2018, figure 6). */
import type { Embeddings } from '../store/embeddings/embeddings-format.js';
import type { QueryScores } from './retrieval-scores.js';

/** A query and what it found, nearest first. */
export interface AnsweredQuery {
  readonly path: string;
  readonly label: string | null;
  readonly found: readonly {
    readonly path: string;
    readonly label: string | null;
    /** Cosine, −1 to 1. */
    readonly similarity: number;
    /** Whether it is of the query's class. */
    readonly isRight: boolean;
  }[];
}

/** The queries that `bestAndWorst` chooses, with what they found. */
export function bestAndWorstQueries(
  scores: QueryScores,
  reference: Embeddings,
  test: Embeddings,
  count: number,
): { readonly best: readonly AnsweredQuery[]; readonly worst: readonly AnsweredQuery[] } {
  const labels = test.ids.map((_, query) => test.labels?.[query] ?? null);
  const isRelevant = (row: number, query: number): boolean => reference.labels?.[row] === labels[query];
  const { indices, scores: similarities, k } = scores.nearest;
  const answered = (query: number): AnsweredQuery => ({
    path: test.ids[query]!,
    label: labels[query]!,
    found: Array.from(indices.subarray(query * k, (query + 1) * k), (row, place) => ({ row, place }))
      .filter(({ row }) => row >= 0)
      .map(({ row, place }) => ({
        path: reference.ids[row]!,
        label: reference.labels?.[row] ?? null,
        similarity: similarities[query * k + place]!,
        isRight: isRelevant(row, query),
      })),
  });
  const { best, worst } = bestAndWorst(scores, labels, isRelevant, count);
  return { best: best.map(answered), worst: worst.map(answered) };
}

/**
 * Chooses queries from both ends, as many of one class as of another while the classes last: the single best would mostly
 * be of the one class that is easiest.
 *
 * A query is the better, the more of the pictures shown are of its class, and among equals the higher its average
 * precision; equal ones go by row.
 *
 * @param isRelevant whether a row of the reference is of the class of a query
 * @param labels class of each query
 * @param count queries at each end; with fewer than twice as many, each half as many as there are
 * @returns rows of queries, the best best first, the worst worst first; no query is in both
 */
export function bestAndWorst(
  { averagePrecision, nearest: { k, indices } }: QueryScores,
  labels: readonly (string | null)[],
  isRelevant: (row: number, query: number) => boolean,
  count: number,
): { readonly best: readonly number[]; readonly worst: readonly number[] } {
  const counted = Array.from(averagePrecision.keys()).filter((query) => !Number.isNaN(averagePrecision[query]));
  const hits = new Map(
    counted.map((query) => {
      const shown = indices.subarray(query * k, (query + 1) * k);
      return [query, shown.reduce((sum, row) => sum + (row >= 0 && isRelevant(row, query) ? 1 : 0), 0)];
    }),
  );
  const descending = counted.sort(
    (a, b) => hits.get(b)! - hits.get(a)! || averagePrecision[b]! - averagePrecision[a]! || a - b,
  );
  const half = Math.min(count, Math.ceil(descending.length / 2));
  const best = firstOfEach(descending, labels).slice(0, half);
  const others = descending.filter((query) => !best.includes(query)).reverse();
  return { best, worst: firstOfEach(others, labels).slice(0, half) };
}

/** The first of every class, in order, then the second of every class, and so on. */
function firstOfEach(queries: readonly number[], labels: readonly (string | null)[]): number[] {
  const rounds: number[][] = [];
  const seen = new Map<string | null, number>();
  for (const query of queries) {
    const round = seen.get(labels[query]!) ?? 0;
    seen.set(labels[query]!, round + 1);
    rounds[round] ??= [];
    rounds[round].push(query);
  }
  return rounds.flat();
}
