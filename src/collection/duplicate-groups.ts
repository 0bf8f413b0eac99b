/** @file Groups of duplicates: pictures that pairs hold together, however long the chain. */
import { ArgumentError } from '../core/errors.js';
import { countAtLeast, type DuplicatePairs } from './duplicates.js';

export interface RowGroup {
  /** Ascending, at least two. */
  readonly rows: readonly number[];
  /** The weakest of the links that hold the group together, where the strongest are chosen: a cosine, or 1. */
  readonly similarity: number;
  /** Whether all its files are the same to the byte. */
  readonly exact: boolean;
}

export interface DuplicateGroups {
  /** The largest first, then the most similar. */
  readonly groups: readonly RowGroup[];
  /** Pictures that could go if one of each group stayed. */
  readonly numSpare: number;
  /** Pictures with more partners than are kept of one; a group of so many may be told as several. */
  readonly numCrowded: number;
}

/**
 * Joins the pairs at least as similar as `threshold` to groups (Kruskal 1956: from the strongest link down).
 *
 * @throws {ArgumentError} if `threshold` is below the floor of the pairs, or above 1
 */
export function groupsAt(pairs: DuplicatePairs, threshold: number): DuplicateGroups {
  const { numRows, first, second, similarity, numSame, crowdedAt, floor } = pairs;
  if (!(threshold >= floor && threshold <= 1)) {
    throw new ArgumentError(`threshold: expected a similarity from ${floor} to 1, got ${threshold}`);
  }
  const forest = new Forest(numRows);
  const numPairs = countAtLeast(similarity, threshold);
  for (let pair = 0; pair < numPairs; pair++) {
    forest.join(first[pair]!, second[pair]!, similarity[pair]!, pair < numSame);
  }
  const groups = forest
    .trees()
    .sort((a, b) => b.rows.length - a.rows.length || b.similarity - a.similarity || a.rows[0]! - b.rows[0]!);
  return {
    groups,
    numSpare: groups.reduce((sum, { rows }) => sum + rows.length - 1, 0),
    numCrowded: countAtLeast(crowdedAt, threshold),
  };
}

/** Union-find; links come from the strongest down, so the last that joins two trees is the weakest. */
class Forest {
  readonly #parent: Int32Array;
  readonly #size: Int32Array;
  readonly #weakest: Float32Array;
  readonly #isSame: Uint8Array;

  constructor(numRows: number) {
    this.#parent = Int32Array.from({ length: numRows }, (_, row) => row);
    this.#size = new Int32Array(numRows).fill(1);
    this.#weakest = new Float32Array(numRows).fill(1);
    this.#isSame = new Uint8Array(numRows).fill(1);
  }

  join(row: number, other: number, similarity: number, isSame: boolean): void {
    const [a, b] = [this.#root(row), this.#root(other)];
    if (a === b) return;
    const [root, child] = this.#size[a]! >= this.#size[b]! ? [a, b] : [b, a];
    this.#parent[child] = root;
    this.#size[root]! += this.#size[child]!;
    this.#weakest[root] = similarity;
    if (!isSame) this.#isSame[root] = 0;
  }

  /** The trees of two rows or more. */
  trees(): RowGroup[] {
    const rowsOf = new Map<number, number[]>();
    for (let row = 0; row < this.#parent.length; row++) {
      const root = this.#root(row);
      if (this.#size[root] === 1) continue;
      const rows = rowsOf.get(root);
      if (rows === undefined) rowsOf.set(root, [row]);
      else rows.push(row);
    }
    return Array.from(rowsOf, ([root, rows]) => ({
      rows,
      similarity: this.#weakest[root]!,
      exact: this.#isSame[root] === 1,
    }));
  }

  #root(row: number): number {
    const parent = this.#parent;
    let root = row;
    while (parent[root] !== root) {
      parent[root] = parent[parent[root]!]!;
      root = parent[root]!;
    }
    return root;
  }
}
