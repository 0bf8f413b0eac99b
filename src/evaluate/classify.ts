/** @file How well features tell classes apart: neighbours with labels vote for those of test pictures. */

import { firstNeighbours } from '../collection/nearest-of-each.js';
import { NeighbourFinder } from '../collection/neighbour-finder.js';
import { findByRanks, rowsOfRank } from '../collection/neighbours-by-ranks.js';
import { checkCount } from '../core/check-count.js';
import { ALONE, type Communicator } from '../machines/communicator.js';
import type { Backend } from '../runtime/device.js';
import { meanRecall, nearestAccuracy, topAccuracy } from '../search/accuracy.js';
import { knnVote } from '../search/knn.js';
import type { Neighbours } from '../search/neighbours.js';
import type { Embeddings } from '../store/embeddings/embeddings-format.js';
import { chanceOf, classSizes, isUneven, numberClasses } from './class-labels.js';

/** Accuracies in [0, 1]. */
export interface TopAccuracies {
  readonly top1: number;
  readonly top5: number;
}

export interface Accuracies extends TopAccuracies {
  /** Mean over the classes of the test of the part of each that is right. */
  readonly balanced: number;
}

export interface Classification {
  readonly numReference: number;
  /** Test pictures with a label; the others do not count. */
  readonly numTest: number;
  readonly classes: readonly string[];
  /** Whether the classes of the test differ so much in size that `balanced` should be looked at. */
  readonly isUneven: boolean;
  /** Top-1 accuracy of naming always the most frequent class of the reference. */
  readonly chance: number;
  /** The first temperature. */
  readonly tau: number;
  /** Label of the single nearest picture; top-5: of any of the five nearest. */
  readonly nearest: Accuracies;
  /** Weighted votes of the `k` nearest; top-5: among the five classes with most votes. */
  readonly knn: readonly (Accuracies & { readonly k: number; readonly tau: number })[];
}

export interface ClassifyOptions {
  /** Numbers of neighbours that vote, ≥ 1; what exceeds the reference is cut to it. Default 200 (paper, 3.4). */
  readonly ks?: readonly number[];
  /** Temperature of the votes, > 0, one or several; that of the training, as in the official code. */
  readonly tau: number | readonly number[];
  readonly backend: Backend;
  /** Rows of the reference that are the same picture, for each test picture; they do not vote for it. */
  readonly same?: readonly (readonly number[])[];
  /** With whom the reference is searched; default alone. */
  readonly machines?: Communicator;
}

/**
 * Classifies labelled test features by labelled reference features.
 *
 * @throws {DataError} if either has no labels, the reference has fewer than two classes, or the test has others
 * @throws {ArgumentError} if a k is no positive integer
 */
export async function classify(
  reference: Embeddings,
  test: Embeddings,
  options: ClassifyOptions,
): Promise<Classification> {
  const taus = [options.tau].flat();
  const numbered = numberClasses(reference, test);
  const { classes, labels, truth } = numbered;
  const numClasses = classes.length;
  const { ks: wanted = [200] } = options;
  for (const k of wanted) checkCount('ks', k);
  const ks = [...new Set(wanted.map((k) => Math.min(k, reference.ids.length)))];
  const neighbours = await findOthers(reference, test, Math.max(5, ...ks), options);
  const vote = (k: number, tau: number): Accuracies => {
    const shares = knnVote({ ...firstNeighbours(neighbours, k), labels, numClasses, tau });
    const votes = { shares, numClasses, truth };
    return {
      top1: topAccuracy({ ...votes, top: 1 }),
      top5: topAccuracy({ ...votes, top: 5 }),
      balanced: meanRecall(votes),
    };
  };
  return {
    numReference: reference.ids.length,
    numTest: classSizes(truth, numClasses).reduce((sum, size) => sum + size, 0),
    classes,
    isUneven: isUneven(numbered),
    chance: chanceOf(numbered),
    tau: taus[0]!,
    nearest: {
      top1: nearestAccuracy(neighbours, labels, truth),
      top5: hitRate(firstNeighbours(neighbours, 5), labels, truth),
      balanced: vote(1, taus[0]!).balanced,
    },
    knn: ks.flatMap((k) => taus.map((tau) => ({ k, tau, ...vote(k, tau) }))),
  };
}

/** The `k` nearest rows of each test picture, but for those that are the same picture. */
async function findOthers(
  reference: Embeddings,
  test: Embeddings,
  k: number,
  { backend, same = [], machines = ALONE }: ClassifyOptions,
): Promise<Neighbours> {
  const numRows = reference.ids.length;
  const most = same.reduce((max, rows) => Math.max(max, rows.length), 0);
  const finder = new NeighbourFinder(reference.dim, backend);
  const query = { queries: test.features, k: Math.min(k + most, numRows) };
  const found = await findByRanks(machines, finder, rowsOfRank(reference.features, reference.dim, machines), query);
  await finder.release();
  if (most === 0) return found;
  const kept = Math.min(k, numRows);
  const others = {
    k: kept,
    indices: new Int32Array(test.ids.length * kept).fill(-1),
    scores: new Float32Array(test.ids.length * kept).fill(Number.NEGATIVE_INFINITY),
  };
  test.ids.forEach((_, query) => {
    const own = new Set(same[query]);
    let place = query * kept;
    for (let i = query * found.k; i < (query + 1) * found.k && place < (query + 1) * kept; i++) {
      if (own.has(found.indices[i]!)) continue;
      others.indices[place] = found.indices[i]!;
      others.scores[place++] = found.scores[i]!;
    }
  });
  return others;
}

/** Part of the labelled queries with a neighbour of their class. */
function hitRate({ indices, k }: Neighbours, labels: Int32Array, truth: Int32Array): number {
  const labelled = Array.from(truth.keys()).filter((query) => truth[query]! >= 0);
  const hits = labelled.filter((query) =>
    indices.subarray(query * k, (query + 1) * k).some((row) => labels[row] === truth[query]),
  );
  return hits.length / labelled.length;
}
