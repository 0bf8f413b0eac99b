/** @file Pictures that are there twice: the same to the byte or to the pixel, or nearly the same. */
import { dot } from '../../core/vector.js';
import type { Alias } from '../../data/picture.js';
import type { Neighbours } from '../../search/neighbours.js';
import type { Collection } from '../collection.js';
import { type NearestOptions, nearestOfEach } from '../nearest-of-each.js';
import { Contents, type RowPair } from './contents.js';
import { linkedRows } from './linked-rows.js';
import type { TurnedPair } from './turned/turned-pairs.js';

/** Two pictures this similar are taken for the same where nothing else is said. */
export const DUPLICATE_THRESHOLD = 0.97;
/** The lowest threshold that there are pairs for where nothing else is said. */
export const DUPLICATE_FLOOR = 0.9;
/** Partners of one picture at most. They bound the memory, and a chain of partners holds a larger group together. */
export const MAX_PARTNERS = 32;

/** Pairs of rows, the most similar first, each pair once. */
export interface DuplicatePairs {
  readonly numRows: number;
  /** int32[pairs], the lower row of each. */
  readonly first: Int32Array;
  /** int32[pairs] */
  readonly second: Int32Array;
  /** float32[pairs], descending: cosine, or 1 for pictures that are the same. */
  readonly similarity: Float32Array;
  /** So many pairs at the beginning are of pictures that are the same to the byte or to the pixel, each paired with the next. */
  readonly numSame: number;
  /** float32[crowded], descending: of each picture that may have more partners, its similarity to the last that is kept. */
  readonly crowdedAt: Float32Array;
  /** The similarity that all pairs have at least. */
  readonly floor: number;
  /** Pictures in no pair because they are other names of the file of another, as far as the files can be reached. */
  readonly links: readonly Alias[];
  /** Pairs that are copies of one another, mirrored, turned or cropped, whatever their similarity as they are. */
  readonly turned: readonly TurnedPair[];
  /** The similarity of any two rows, whether or not they are a pair. */
  readonly between: (row: number, other: number) => number;
  /** Whether the files of two rows are known to be the same to the byte. */
  readonly areSameBytes: (row: number, other: number) => boolean;
}

export interface DuplicateOptions extends Omit<NearestOptions, 'rows'> {
  /** Lowest similarity of a pair, in (0, 1]; default 0.9. */
  readonly floor?: number;
  /** Of every row, if they are known already; their `k` takes the place of the limit of 32. */
  readonly neighbours?: Neighbours;
  /** Pairs that are mirrored, turned or cropped copies; default none. */
  readonly turned?: readonly TurnedPair[];
  /** Rows that are passed over. */
  readonly without?: ReadonlySet<number>;
}

/**
 * Finds the pairs of pictures that are the same to the byte, by their hash, or to the pixel, by their files, or similar, by
 * their features. Two names of one file are no pair.
 *
 * Exact where the collection's search is, but for the limit of 32 partners of one picture, the nearest to it.
 *
 * @throws the signal's reason
 */
export async function duplicatePairs(
  collection: Collection,
  { floor = DUPLICATE_FLOOR, neighbours, turned = [], without = new Set(), ...options }: DuplicateOptions = {},
): Promise<DuplicatePairs> {
  const { pictures, features, dim } = collection;
  const passed = new Set([...repeatedRows(collection), ...without]);
  const found = neighbours ?? (await nearestOfEach(collection, MAX_PARTNERS, options));
  const hashes = pictures.map(({ hash }) => hash);
  const alike = [...new Contents(hashes, passed).pairs(), ...similarPairs(hashes, found, floor, passed), ...turned];
  const rows = new Set(alike.flatMap(({ first, second }) => [first, second]));
  const links = await linkedRows(collection, rows, options.signal);
  const leftOut = new Set([...passed, ...links.map(({ row }) => row)]);
  const contents = new Contents(hashes, leftOut);
  const similar = similarPairs(hashes, found, floor, leftOut);
  await contents.joinSamePixels(collection, similar, options.signal);
  const same = contents.pairs();
  const pairs = [
    ...same,
    ...similar
      .filter(({ first, second }) => !contents.areSame(first, second))
      .sort((a, b) => b.similarity - a.similarity || a.first - b.first || a.second - b.second),
  ];
  return {
    numRows: pictures.length,
    first: Int32Array.from(pairs, ({ first }) => first),
    second: Int32Array.from(pairs, ({ second }) => second),
    similarity: Float32Array.from(pairs, ({ similarity }) => similarity),
    numSame: same.length,
    crowdedAt: crowdedAt(found, pictures.length, floor),
    floor,
    links: links.map(({ path, of }) => ({ path, of })),
    turned: turned.filter(
      ({ first, second }) => !leftOut.has(first) && !leftOut.has(second) && !contents.areSame(first, second),
    ),
    between: (row, other) => dot(features, row * dim, features, other * dim, dim),
    areSameBytes: (row, other) => hashes[row] !== undefined && hashes[row] === hashes[other],
  };
}

/** Rows whose path an earlier row has: they are that picture, and no duplicates of it or of others, as links are not. */
function repeatedRows({ pictures }: Collection): readonly number[] {
  const seen = new Set<string>();
  return Array.from(pictures.keys()).filter((row) => seen.size === seen.add(pictures[row]!.id).size);
}

/** Pairs of rows of different content. */
function similarPairs(
  hashes: readonly (string | undefined)[],
  { indices, scores, k }: Neighbours,
  floor: number,
  leftOut: ReadonlySet<number>,
): RowPair[] {
  const pairs: RowPair[] = [];
  const finds = (row: number, other: number): boolean => indices.subarray(row * k, (row + 1) * k).includes(other);
  for (let row = 0; row < hashes.length; row++) {
    if (leftOut.has(row)) continue;
    for (let i = row * k; i < (row + 1) * k && scores[i]! >= floor; i++) {
      const other = indices[i]!;
      if (leftOut.has(other)) continue;
      if (hashes[row] !== undefined && hashes[row] === hashes[other]) continue;
      // A pair is found from both sides, unless one of them is crowded.
      if (row > other && finds(other, row)) continue;
      pairs.push({ first: Math.min(row, other), second: Math.max(row, other), similarity: Math.min(1, scores[i]!) });
    }
  }
  return pairs;
}

function crowdedAt({ scores, k }: Neighbours, numRows: number, floor: number): Float32Array {
  if (k === 0 || k >= numRows - 1) return new Float32Array();
  const last = Float32Array.from({ length: numRows }, (_, row) => scores[(row + 1) * k - 1]!);
  return last
    .filter((score) => score >= floor)
    .sort()
    .reverse();
}

/** How many pairs are at least as similar as each threshold; default each hundredth from the floor up. */
export function pairsAt(
  { similarity, floor }: DuplicatePairs,
  thresholds: readonly number[] = hundredths(floor),
): { readonly threshold: number; readonly numPairs: number }[] {
  return thresholds.map((threshold) => ({ threshold, numPairs: countAtLeast(similarity, threshold) }));
}

/** `floor` and each hundredth above it, up to 1. */
function hundredths(floor: number): number[] {
  return [floor, ...Array.from({ length: 101 }, (_, i) => i / 100).filter((threshold) => threshold > floor)];
}

/** How many of some descending numbers are at least `threshold`. */
export function countAtLeast(descending: Float32Array, threshold: number): number {
  // 0.97 is not a float32; the numbers that were 0.97 before they became float32 count.
  const rounded = Math.fround(threshold);
  let [low, high] = [0, descending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (descending[middle]! >= rounded) low = middle + 1;
    else high = middle;
  }
  return low;
}
