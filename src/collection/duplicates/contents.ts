/** @file Which rows are one and the same picture: files that are the same to the byte, or to the last pixel. */
import { inOrder } from '../../core/in-order.js';
import { exactPixels } from '../../data/decode/exact-pixels.js';
import type { Collection } from '../collection.js';

/** Pictures with the same pixels have the same feature, but for how sums are rounded in another batch. */
const SAME_FEATURE = 0.9999;
/** Whole pictures that are in memory at once. */
const IN_FLIGHT = 2;

/** Two rows and their similarity. */
export interface RowPair {
  readonly first: number;
  readonly second: number;
  readonly similarity: number;
}

export class Contents {
  /** By row, the lowest row of the same content as far as it is known; −1 for rows that are left out. */
  readonly #first: Int32Array;

  /** @param hashes SHA-256 of the bytes by row, where they are known */
  constructor(hashes: readonly (string | undefined)[], leftOut: ReadonlySet<number>) {
    const firstWith = new Map<string, number>();
    this.#first = Int32Array.from(hashes, (hash, row) => {
      if (leftOut.has(row)) return -1;
      const first = hash === undefined ? row : (firstWith.get(hash) ?? row);
      if (hash !== undefined) firstWith.set(hash, first);
      return first;
    });
  }

  areSame(row: number, other: number): boolean {
    return this.#first[row] === this.#first[other];
  }

  /** Looks at the files of pairs whose features are the same, and joins those whose pixels are. */
  async joinSamePixels({ pictures }: Collection, pairs: readonly RowPair[], signal?: AbortSignal): Promise<void> {
    const alike = pairs.filter(({ similarity }) => similarity >= SAME_FEATURE);
    const rows = new Set(alike.flatMap(({ first, second }) => [this.#first[first]!, this.#first[second]!]));
    const look = async (row: number) => ({ row, pixels: await exactPixels(pictures[row]!.id) });
    const firstWith = new Map<string, number>();
    const becomes = new Map<number, number>();
    for await (const { row, pixels } of inOrder(
      [...rows].sort((a, b) => a - b),
      IN_FLIGHT,
      look,
      signal,
    )) {
      if (pixels === undefined) continue;
      const first = firstWith.get(pixels) ?? row;
      firstWith.set(pixels, first);
      becomes.set(row, first);
    }
    for (const [row, first] of this.#first.entries()) this.#first[row] = becomes.get(first) ?? first;
  }

  /** Each row with the next of the same content. */
  pairs(): RowPair[] {
    const last = new Map<number, number>();
    const pairs: RowPair[] = [];
    for (const [row, first] of this.#first.entries()) {
      if (first < 0) continue;
      const earlier = last.get(first);
      if (earlier !== undefined) pairs.push({ first: earlier, second: row, similarity: 1 });
      last.set(first, row);
    }
    return pairs;
  }
}
