/** @file All rows in the order of their scores. */

const DIGIT_BITS = 11;
/** All bits of a digit, so its largest value. */
const DIGIT = 2 ** DIGIT_BITS - 1;
/** Comes after the key of every number. */
const NAN_KEY = 0xffffffff;

/**
 * Ranks many lists of `n` scores, one after the other, in the same memory.
 *
 * A radix sort of the floats' bits: it takes half the time of the engine's own sort, which would lose the rows, and leaves
 * equal scores in the order of their rows.
 */
export class Ranking {
  #keys: Uint32Array;
  #rows: Uint32Array;
  #sortedKeys: Uint32Array;
  #sortedRows: Uint32Array;
  readonly #places = new Uint32Array(DIGIT + 1);

  /** @param n scores of a list, ≥ 0 */
  constructor(n: number) {
    [this.#keys, this.#rows, this.#sortedKeys, this.#sortedRows] = [0, 1, 2, 3].map(() => new Uint32Array(n)) as [
      Uint32Array,
      Uint32Array,
      Uint32Array,
      Uint32Array,
    ];
  }

  /**
   * @param scores float32[n]
   * @returns uint32[n], the rows by descending score, equal scores by ascending row, NaN last; the next call overwrites it
   */
  order(scores: Float32Array): Uint32Array {
    this.#setKeys(scores);
    for (let shift = 0; shift < 32; shift += DIGIT_BITS) this.#sortBy(shift);
    return this.#rows;
  }

  /** Keys that ascend where the scores descend. */
  #setKeys(scores: Float32Array): void {
    const bits = new Uint32Array(scores.buffer, scores.byteOffset, scores.length);
    const [keys, rows] = [this.#keys, this.#rows];
    for (let row = 0; row < keys.length; row++) {
      const score = scores[row]!;
      rows[row] = row;
      // Further from zero is earlier above it, and later below; zero is one number, whatever its sign.
      if (score >= 0) keys[row] = score === 0 ? 0x7fffffff : 0x7fffffff - bits[row]!;
      else keys[row] = score < 0 ? bits[row]! : NAN_KEY;
    }
  }

  /** Stable: rows that agree in the digit stay in the order of the digits below it. */
  #sortBy(shift: number): void {
    const places = this.#places.fill(0);
    const [keys, rows, sortedKeys, sortedRows] = [this.#keys, this.#rows, this.#sortedKeys, this.#sortedRows];
    for (let i = 0; i < keys.length; i++) places[(keys[i]! >>> shift) & DIGIT]!++;
    let place = 0;
    for (let digit = 0; digit <= DIGIT; digit++) {
      const count = places[digit]!;
      places[digit] = place;
      place += count;
    }
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      const to = places[(key >>> shift) & DIGIT]!++;
      sortedKeys[to] = key;
      sortedRows[to] = rows[i]!;
    }
    [this.#keys, this.#rows, this.#sortedKeys, this.#sortedRows] = [sortedKeys, sortedRows, keys, rows];
  }
}
