/** @file How well features tell classes apart: neighbours with labels vote for those of test pictures. */
import { DataError } from '../core/errors.js';
import type { Backend } from '../runtime/device.js';
import { nearestAccuracy, topAccuracy } from '../search/accuracy.js';
import { knnVote } from '../search/knn.js';
import type { Neighbours } from '../search/neighbours.js';
import type { Embeddings } from '../store/embeddings/format.js';
import { firstNeighbours } from './nearest-of-each.js';
import { NeighbourFinder } from './neighbours.js';

/** Accuracies in [0, 1]. */
export interface TopAccuracies {
  readonly top1: number;
  readonly top5: number;
}

export interface Classification {
  readonly numReference: number;
  /** Test pictures with a label; the others do not count. */
  readonly numTest: number;
  readonly classes: readonly string[];
  /** Top-1 accuracy of naming always the most frequent class of the reference. */
  readonly chance: number;
  readonly tau: number;
  /** Label of the single nearest picture; top-5: of any of the five nearest. */
  readonly nearest: TopAccuracies;
  /** Weighted votes of the `k` nearest; top-5: among the five classes with most votes. */
  readonly knn: readonly (TopAccuracies & { readonly k: number })[];
}

export interface ClassifyOptions {
  /** Numbers of neighbours that vote, ≥ 1; what exceeds the reference is cut to it. Default 200 (paper, 3.4). */
  readonly ks?: readonly number[];
  /** Temperature of the votes, > 0; that of the training, as in the official code. */
  readonly tau: number;
  readonly backend: Backend;
}

/**
 * Classifies labelled test features by labelled reference features.
 *
 * @throws {DataError} if either has no labels, or the test has classes that the reference has not
 */
export async function classify(
  reference: Embeddings,
  test: Embeddings,
  options: ClassifyOptions,
): Promise<Classification> {
  const { tau, backend } = options;
  const classes = [...new Set(labelsOf(reference, 'reference'))].sort();
  checkClasses(labelsOf(test, 'test'), classes);
  const ks = [...new Set((options.ks ?? [200]).map((k) => Math.min(k, reference.ids.length)))];

  const labels = numbers(reference, classes);
  const truth = numbers(test, classes);
  const finder = await NeighbourFinder.create(reference.dim, backend);
  const k = Math.min(Math.max(5, ...ks), reference.ids.length);
  const neighbours = await finder.find({ queries: test.features, rows: reference.features, k });
  await finder.release();

  const count = (array: Int32Array, number: number): number =>
    array.reduce((sum, value) => sum + (value === number ? 1 : 0), 0);
  const numTest = truth.length - count(truth, -1);
  const sizes = classes.map((_, number) => count(labels, number));
  const mostFrequent = sizes.indexOf(Math.max(...sizes));
  return {
    numReference: reference.ids.length,
    numTest,
    classes,
    chance: count(truth, mostFrequent) / numTest,
    tau,
    nearest: {
      top1: nearestAccuracy(neighbours, labels, truth),
      top5: hitRate(firstNeighbours(neighbours, 5), labels, truth),
    },
    knn: ks.map((k) => {
      const shares = knnVote({ ...firstNeighbours(neighbours, k), labels, numClasses: classes.length, tau });
      const [top1, top5] = [1, 5].map((top) => topAccuracy({ shares, numClasses: classes.length, truth, top })) as [
        number,
        number,
      ];
      return { k, top1, top5 };
    }),
  };
}

function labelsOf({ labels = [] }: Embeddings, what: string): string[] {
  const known = labels.filter((label) => label !== null);
  if (known.length === 0) {
    throw new DataError(
      `${what}: expected pictures with labels, got none. Put them into one folder a class, as in ${what}/cat/1.jpg.`,
    );
  }
  return known;
}

function checkClasses(testLabels: readonly string[], classes: readonly string[]): void {
  const known = new Set(classes);
  const missing = [...new Set(testLabels)].filter((label) => !known.has(label)).sort();
  if (missing.length > 0) {
    throw new DataError(
      `test: expected classes that the reference has, got also ${missing.join(', ')}. Add them there, or leave them out.`,
    );
  }
}

/** int32[pictures], −1 where there is no label. */
function numbers({ ids, labels = [] }: Embeddings, classes: readonly string[]): Int32Array {
  const numberOf = new Map<string | null | undefined, number>(classes.map((label, number) => [label, number]));
  return Int32Array.from(ids, (_, i) => numberOf.get(labels[i]) ?? -1);
}

/** Part of the labelled queries with a neighbour of their class. */
function hitRate({ indices, k }: Neighbours, labels: Int32Array, truth: Int32Array): number {
  const labelled = Array.from(truth.keys()).filter((query) => truth[query]! >= 0);
  const hits = labelled.filter((query) =>
    indices.subarray(query * k, (query + 1) * k).some((row) => labels[row] === truth[query]),
  );
  return hits.length / labelled.length;
}
