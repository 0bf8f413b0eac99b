/** @file The queries whose pictures are found best and worst (Wu et al. 2018, figure 6). */
import type { QueryScores } from './retrieval-scores.js';

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
