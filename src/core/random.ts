/**
 * @file Counter-based random numbers: Philox 4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
 *
 * A draw depends only on its key, never on what was drawn before by somebody else, so the number of loader workers
 * and a resume in the middle of an epoch change nothing.
 */

/** What a stream is for; it keeps, say, crops and shuffles of the same epoch independent. */
export const PURPOSES = ['init', 'bank', 'shuffle', 'augment', 'negatives', 'sample', 'draw'] as const;
export type Purpose = (typeof PURPOSES)[number];

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;

/** High 32 bits of the product of two unsigned 32-bit numbers. */
function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + (middle >>> 16) + Math.floor(carry / 65536)) >>> 0;
}

/** One block of Philox 4x32-10, written over `counter`. */
export function philox(counter: Uint32Array, key0: number, key1: number): void {
  let [c0, c1, c2, c3] = counter as unknown as [number, number, number, number];
  let k0 = key0;
  let k1 = key1;
  for (let round = 0; round < 10; round++) {
    const high0 = mulHigh(M0, c0);
    const low0 = Math.imul(M0, c0);
    const high1 = mulHigh(M1, c2);
    const low1 = Math.imul(M1, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1 >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0 >>> 0;
    k0 = (k0 + W0) >>> 0;
    k1 = (k1 + W1) >>> 0;
  }
  counter[0] = c0;
  counter[1] = c1;
  counter[2] = c2;
  counter[3] = c3;
}

/** A stream of random numbers. Two streams of the same key are the same stream. */
export class Random {
  readonly #key: readonly [number, number];
  readonly #words: readonly [number, number];
  readonly #block = new Uint32Array(4);
  #next = 4;
  #blockIndex = 0;
  #spareNormal: number | undefined;

  /**
   * @param seed the run's seed, an integer in [0, 2^32)
   * @param purpose what the numbers are for
   * @param a first coordinate of the stream, e.g. the epoch; an integer in [0, 2^32)
   * @param b second coordinate, e.g. the picture
   */
  constructor(seed: number, purpose: Purpose, a = 0, b = 0) {
    this.#key = [seed >>> 0, PURPOSES.indexOf(purpose)];
    this.#words = [a >>> 0, b >>> 0];
  }

  /** An integer, uniform in [0, 2^32). */
  uint32(): number {
    if (this.#next === 4) {
      // Sixty-four bits of block number would need two words; 2^32 blocks a stream are plenty.
      this.#block[0] = this.#blockIndex++;
      this.#block[1] = 0;
      this.#block[2] = this.#words[0];
      this.#block[3] = this.#words[1];
      philox(this.#block, this.#key[0], this.#key[1]);
      this.#next = 0;
    }
    return this.#block[this.#next++]!;
  }

  /** Uniform in [low, high), with 2^-32 resolution. */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * (this.uint32() / 2 ** 32);
  }

  /** An integer, uniform in [0, n), without modulo bias. */
  integer(n: number): number {
    const limit = 2 ** 32 - (2 ** 32 % n);
    for (;;) {
      const word = this.uint32();
      if (word < limit) return word % n;
    }
  }

  /** Standard normal, by Box and Muller. */
  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** The integers 0 … n−1 in random order (Fisher and Yates). */
  permutation(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const swapped = order[i]!;
      order[i] = order[j]!;
      order[j] = swapped;
    }
    return order;
  }
}
