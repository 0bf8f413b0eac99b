/** @file How well the pictures of a class are found by one of them: the whole reference ranked for each query. */
import { checkCount } from '../core/check-count.js';
import { DataError } from '../core/errors.js';
import { gatherRows } from '../core/vector.js';
import type { Backend } from '../runtime/device.js';
import { Ranking } from '../search/ranking.js';
import type { Embeddings } from '../store/embeddings/embeddings-format.js';
import { classSizes, labelsOf, numbers } from './class-labels.js';
import { sameRows } from './overlap.js';
import { meanOfScores, meanTerm, type QueryScores, QueryTable, type RetrievalScores } from './retrieval-scores.js';
import { scoresOfEach } from './score-blocks.js';

/** Ranks whose precision is told where nothing else is said. */
const PRECISION_AT: readonly number[] = [1, 5, 10, 50, 100];

export interface Retrieval extends RetrievalScores {
  readonly numReference: number;
  /** Labelled test pictures of whose class the reference has no other picture; they do not count. */
  readonly numWithout: number;
  readonly ks: readonly number[];
  /** Share of the reference that is of the query's class: the precision of a random order. */
  readonly chance: number;
  /** Means over the classes, to which a rare one contributes as much as a frequent one. */
  readonly classMean: RetrievalScores;
  /** Classes that were asked for, by name. */
  readonly perClass: readonly (RetrievalScores & { readonly label: string; readonly numRelevant: number })[];
  readonly perQuery: QueryScores;
}

export interface RetrievalOptions {
  /** Ranks to tell the precision at, ≥ 1; what exceeds the reference is cut to it. Default 1, 5, 10, 50, 100. */
  readonly ks?: readonly number[];
  /** For each test picture the rows that it may not find because they are that picture; default found out by `sameRows`. */
  readonly same?: readonly (readonly number[])[];
  readonly backend: Pick<Backend, 'threads'>;
  /** Called with the number of queries done. */
  readonly onProgress?: (done: number, of: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Ranks the whole reference by similarity to each labelled test picture, and measures where those of its class are.
 *
 * With r(i) = 1 if the picture at rank i is of the query's class and R of them in all, P(k) = Σ_{i ≤ k} r(i) / k, and the
 * average precision is Σ_k P(k) r(k) / R. It is exact, over all ranks; equal similarities are ranked by row. A test
 * picture that is in the reference, too, is left out of its own ranking.
 *
 * @param reference unit rows
 * @param test unit rows
 * @throws {ArgumentError} if a k is no positive integer
 * @throws {DataError} if either has no labels, no class has a query and another picture to be found, or a feature is NaN
 * @throws the signal's reason
 */
export async function retrieval(
  reference: Embeddings,
  test: Embeddings,
  { ks: wanted = PRECISION_AT, same: given, backend, onProgress, signal }: RetrievalOptions,
): Promise<Retrieval> {
  for (const k of wanted) checkCount('ks', k);
  const classes = [...new Set(labelsOf(reference, 'reference'))].sort();
  const numLabelled = labelsOf(test, 'test').length;
  checkNumbers(reference, 'reference');
  checkNumbers(test, 'test');
  const { dim } = reference;
  const n = reference.ids.length;
  const ks = [...new Set(wanted.map((k) => Math.min(k, n)))].sort((a, b) => a - b);
  const [labels, truth] = [numbers(reference, classes), numbers(test, classes)];
  const same = given ?? (await sameRows(reference, test, signal));

  const queries = new QueryTable(test.ids.length, ks);
  const asked = Int32Array.from(test.ids.keys()).filter((query) => truth[query]! >= 0);
  const features = gatherRows(test.features, asked, dim);
  const ranking = new Ranking(n);
  const blocks = scoresOfEach(features, reference.features, { dim, backend, onProgress, signal });
  for await (const [place, scores] of blocks) {
    const query = asked[place]!;
    const order = without(ranking.order(scores), same[query]!);
    queries.add(query, { order, scores, labels, label: truth[query]! });
  }

  const counted = asked.filter((query) => queries.numRelevant[query]! > 0);
  if (counted.length === 0) {
    throw new DataError(
      'test: expected a picture of whose class the reference has another, got none. Name the classes alike in both.',
    );
  }
  const sizes = classSizes(labels, classes.length);
  const perClass = classes.flatMap((label, number) => {
    const own = counted.filter((query) => truth[query] === number);
    return own.length === 0 ? [] : [{ label, numRelevant: sizes[number]!, ...queries.meanOf(own) }];
  });
  return {
    numReference: n,
    numWithout: numLabelled - counted.length,
    ks,
    chance: meanTerm(counted, (query) => queries.numRelevant[query]! / (n - same[query]!.length)),
    ...queries.meanOf(counted),
    classMean: meanOfScores(perClass),
    perClass,
    perQuery: queries,
  };
}

function checkNumbers({ features }: Embeddings, what: string): void {
  if (!features.some(Number.isNaN)) return;
  throw new DataError(`${what}: expected features that are numbers, got NaN. The training has diverged: lower its lr.`);
}

/** A ranking without some of its rows; in place. */
function without(order: Uint32Array, rows: readonly number[]): Uint32Array {
  if (rows.length === 0) return order;
  let count = 0;
  for (const row of order) if (!rows.includes(row)) order[count++] = row;
  return order.subarray(0, count);
}
