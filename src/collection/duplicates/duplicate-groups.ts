/**
 * @file Groups of duplicates. Pictures that are the same are a group of their own; of each such group one stands for all in
 * the groups of similar pictures, in which every two are similar: no chain leads from one picture to quite another.
 */
import { ArgumentError } from '../../core/errors.js';
import { countAtLeast, type DuplicatePairs } from './duplicates.js';

export interface RowGroup {
  /** The same to the byte or to the pixel, or similar. */
  readonly kind: 'same' | 'similar';
  /** Ascending, at least two; of several rows of the same content a group of similar ones has the first. */
  readonly rows: readonly number[];
  /** Of the two that are least similar: a cosine, the correlation of the grey levels of turned copies, or 1. */
  readonly similarity: number;
  /** Whether all its files are the same to the byte. */
  readonly exact: boolean;
}

export interface DuplicateGroups {
  /** Those of the same pictures first; of each kind the largest first, then the most similar. */
  readonly groups: readonly RowGroup[];
  /** Pictures that could go if one of each group stayed. */
  readonly numSpare: number;
  /** Pictures with more partners than are kept of one; a group of so many may be told as several. */
  readonly numCrowded: number;
}

/**
 * Joins pairs to groups. Those of the same content are joined whatever the threshold. Of similar pictures the most similar
 * come first, and two groups become one if each picture of the one is at least so similar to each of the other (complete
 * linkage, Sørensen 1948). Mirrored, turned and cropped copies are similar at any threshold.
 *
 * @throws {ArgumentError} if `threshold` is below the floor of the pairs, or above 1
 */
export function groupsAt(pairs: DuplicatePairs, threshold: number): DuplicateGroups {
  const { numRows, first, second, similarity, numSame, crowdedAt, floor } = pairs;
  if (!(threshold >= floor && threshold <= 1)) {
    throw new ArgumentError(`threshold: expected a similarity from ${floor} to 1, got ${threshold}`);
  }
  const contents = Int32Array.from({ length: numRows }, (_, row) => row);
  for (let pair = 0; pair < numSame; pair++) contents[second[pair]!] = contents[first[pair]!]!;
  const similar = new Cliques(numRows, pairs.between, Math.fround(threshold));
  const numPairs = countAtLeast(similarity, threshold);
  const contentsOf = (pair: number): [number, number] => [contents[first[pair]!]!, contents[second[pair]!]!];
  for (let pair = numSame; pair < numPairs; pair++) similar.know(...contentsOf(pair), similarity[pair]!);
  const turned = pairs.turned.map((pair) => [contents[pair.first]!, contents[pair.second]!, pair.similarity] as const);
  for (const pair of turned) similar.link(...pair);
  for (let pair = numSame; pair < numPairs; pair++) similar.join(...contentsOf(pair));
  for (const [row, other] of turned) similar.join(row, other);
  const groups = [...sameGroups(contents, pairs.areSameBytes), ...inReadingOrder(similar.groups())];
  return {
    groups,
    numSpare: groups.reduce((sum, { rows }) => sum + rows.length - 1, 0),
    numCrowded: countAtLeast(crowdedAt, threshold),
  };
}

function sameGroups(contents: Int32Array, areSameBytes: DuplicatePairs['areSameBytes']): RowGroup[] {
  const rowsOf = new Map<number, number[]>();
  for (const [row, content] of contents.entries()) {
    if (row === content) rowsOf.set(content, [row]);
    else rowsOf.get(content)!.push(row);
  }
  const several = Array.from(rowsOf.values()).filter((rows) => rows.length > 1);
  return inReadingOrder(
    several.map((rows) => ({
      kind: 'same',
      rows,
      similarity: 1,
      exact: rows.every((row) => areSameBytes(rows[0]!, row)),
    })),
  );
}

function inReadingOrder(groups: readonly RowGroup[]): RowGroup[] {
  return [...groups].sort(
    (a, b) => b.rows.length - a.rows.length || b.similarity - a.similarity || a.rows[0]! - b.rows[0]!,
  );
}

/** Groups in which every two rows are linked. */
class Cliques {
  readonly #between: DuplicatePairs['between'];
  readonly #threshold: number;
  /** By row, its group; most rows are alone, and have none yet. */
  readonly #groupOf: (number[] | undefined)[];
  /** Of pairs, which need not be cosines: a turned copy is as similar as its picture. */
  readonly #known = new Map<number, number>();
  readonly #linked = new Set<number>();

  constructor(numRows: number, between: DuplicatePairs['between'], threshold: number) {
    this.#between = between;
    this.#threshold = threshold;
    this.#groupOf = new Array(numRows);
  }

  /** Tells the similarity of a pair. */
  know(row: number, other: number, similarity: number): void {
    const key = this.#key(row, other);
    this.#known.set(key, Math.max(similarity, this.#known.get(key) ?? 0));
  }

  /** Tells that two rows are copies, and how well they agree, whatever the threshold. */
  link(row: number, other: number, similarity: number): void {
    const key = this.#key(row, other);
    this.#known.set(key, Math.max(similarity, this.#known.get(key) ?? 0));
    this.#linked.add(key);
  }

  /** Makes the groups of two rows one, if every two of them are similar. */
  join(row: number, other: number): void {
    const [a, b] = [this.#groupOf[row] ?? [row], this.#groupOf[other] ?? [other]];
    if (a === b || !a.every((one) => b.every((two) => this.#areLinked(one, two)))) return;
    const [large, small] = a.length >= b.length ? [a, b] : [b, a];
    large.push(...small);
    for (const one of large) this.#groupOf[one] = large;
  }

  groups(): RowGroup[] {
    const all = new Set(this.#groupOf.filter((rows) => rows !== undefined));
    return Array.from(all, (unordered) => {
      const rows = unordered.sort((a, b) => a - b);
      let similarity = 1;
      for (const [i, row] of rows.entries()) {
        for (const other of rows.slice(i + 1)) similarity = Math.min(similarity, this.#similarity(row, other));
      }
      return { kind: 'similar', rows, similarity, exact: false };
    });
  }

  #areLinked(row: number, other: number): boolean {
    return this.#linked.has(this.#key(row, other)) || this.#similarity(row, other) >= this.#threshold;
  }

  #similarity(row: number, other: number): number {
    return this.#known.get(this.#key(row, other)) ?? this.#between(row, other);
  }

  #key(row: number, other: number): number {
    return Math.min(row, other) * this.#groupOf.length + Math.max(row, other);
  }
}
