/** @file Labels for all pictures from a few: the labelled pictures nearest to a picture vote. */
import { setImmediate } from 'node:timers/promises';
import { checkCount } from '../core/check-count.js';
import { ArgumentError } from '../core/errors.js';
import { knnVote, rankClasses } from '../search/knn.js';
import type { Collection } from './collection.js';
import { rowsAtOnce } from './nearest-of-each.js';
import { NeighbourFinder } from './neighbour-finder.js';

/** Labelled neighbours that vote where nothing else is said. */
export const PROPOSAL_K = 20;

export interface ProposeOptions {
  /** Labelled neighbours that vote, at least 1, cut to the number of labelled pictures; default 20. */
  readonly k?: number;
  /** Temperature of the votes, > 0; that of the training, as in the official code. */
  readonly tau: number;
  readonly onProgress?: (done: number, of: number) => void;
  readonly signal?: AbortSignal;
}

export interface RowProposal {
  readonly row: number;
  readonly label: string;
  /** Share of the votes, in [0, 1]. */
  readonly confidence: number;
  /** The label with the second largest share; undefined where nothing else was voted for. */
  readonly runnerUp: { readonly label: string; readonly confidence: number } | undefined;
}

export interface LabelProposals {
  /** The labels that were given, sorted. */
  readonly classes: readonly string[];
  /** One for each picture without a label, the most doubtful first: by the lead of its label over the second. */
  readonly proposals: readonly RowProposal[];
}

/**
 * Proposes a label for each picture without one, by a weighted vote of its `k` nearest labelled pictures.
 *
 * The votes of a class, each exp(similarity/τ), are averaged over the places it could have taken: the number of its
 * labelled pictures, or k. So a label given once wins the pictures next to it, however often another was given.
 *
 * @param labels label by row, at least one
 * @throws {ArgumentError} if there is no label, a row that is not in the collection, or `k` is no positive integer
 * @throws the signal's reason
 */
export async function proposeLabels(
  collection: Collection,
  labels: ReadonlyMap<number, string>,
  { k = PROPOSAL_K, tau, onProgress, signal }: ProposeOptions,
): Promise<LabelProposals> {
  const { dim, features, pictures } = collection;
  checkCount('k', k);
  if (labels.size === 0) throw new ArgumentError('labels: expected at least one labelled picture, got none');
  for (const row of labels.keys()) {
    if (pictures[row] !== undefined) continue;
    throw new ArgumentError(`labels: expected rows in [0, ${pictures.length}), got ${row}`);
  }
  const classes = [...new Set(labels.values())].sort();
  const given = [...labels.keys()].sort((a, b) => a - b);
  const classOf = Int32Array.from(given, (row) => classes.indexOf(labels.get(row)!));
  const voters = Math.min(k, given.length);
  const places = classes.map((_, label) => Math.min(voters, classOf.filter((other) => other === label).length));
  const rows = gather(features, given, dim);
  const open = Array.from(pictures.keys()).filter((row) => !labels.has(row));

  const proposals: RowProposal[] = [];
  const finder = new NeighbourFinder(dim, collection);
  const sliceRows = rowsAtOnce(collection);
  try {
    for (let first = 0; first < open.length; first += sliceRows) {
      await setImmediate();
      signal?.throwIfAborted();
      const slice = open.slice(first, first + sliceRows);
      const found = await finder.find({ queries: gather(features, slice, dim), rows, k: voters });
      const shares = knnVote({ ...found, labels: classOf, numClasses: classes.length, tau });
      average(shares, places);
      slice.forEach((row, query) => {
        proposals.push(proposalOf(row, shares, classes, query));
      });
      onProgress?.(first + slice.length, open.length);
    }
  } finally {
    await finder.release();
  }
  const lead = ({ confidence, runnerUp }: RowProposal): number => confidence - (runnerUp?.confidence ?? 0);
  return { classes, proposals: proposals.sort((a, b) => lead(a) - lead(b) || a.row - b.row) };
}

/** In shared memory, which the threads of a search read without another copy. */
function gather(features: Float32Array, rows: readonly number[], dim: number): Float32Array {
  const gathered = new Float32Array(new SharedArrayBuffer(4 * rows.length * dim));
  rows.forEach((row, i) => {
    gathered.set(features.subarray(row * dim, (row + 1) * dim), i * dim);
  });
  return gathered;
}

/** Divides each class's share by its places, and makes the shares of a query sum to one again, in place. */
function average(shares: Float64Array, places: readonly number[]): void {
  const numClasses = places.length;
  for (let start = 0; start < shares.length; start += numClasses) {
    let sum = 0;
    for (const [label, numPlaces] of places.entries()) sum += shares[start + label]! /= numPlaces;
    for (let label = 0; label < numClasses; label++) shares[start + label]! /= sum;
  }
}

function proposalOf(row: number, shares: Float64Array, classes: readonly string[], query: number): RowProposal {
  const [best, second] = rankClasses(shares, classes.length, query);
  const share = (label: number): number => shares[query * classes.length + label]!;
  const hasSecond = second !== undefined && share(second) > 0;
  return {
    row,
    label: classes[best!]!,
    confidence: share(best!),
    runnerUp: hasSecond ? { label: classes[second]!, confidence: share(second) } : undefined,
  };
}
