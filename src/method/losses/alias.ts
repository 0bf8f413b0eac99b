/** @file Draws from any distribution over n images in constant time: the alias method (Walker 1977, Vose 1991). */
import type { Random } from '../../core/random.js';

/** Cells of equal probability, each shared by at most two images. */
export class AliasTable {
  /** Part of each cell that belongs to the image of its own number. */
  readonly #shares: Float64Array;
  /** Whose the rest of the cell is. */
  readonly #aliases: Uint32Array;

  /** @param weights float64[n], above 0 and finite; need not add up to 1 */
  constructor(weights: Float64Array) {
    const n = weights.length;
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    this.#shares = weights.map((weight) => (weight * n) / total);
    this.#aliases = Uint32Array.from({ length: n }, (_, i) => i);
    const poor: number[] = [];
    const rich: number[] = [];
    this.#shares.forEach((share, i) => {
      (share < 1 ? poor : rich).push(i);
    });
    while (poor.length > 0 && rich.length > 0) {
      const [receiver, giver] = [poor.pop()!, rich.at(-1)!];
      this.#aliases[receiver] = giver;
      this.#shares[giver]! -= 1 - this.#shares[receiver]!;
      if (this.#shares[giver]! >= 1) continue;
      rich.pop();
      poor.push(giver);
    }
    // What is left has a share of 1 but for rounding.
    for (const i of [...poor, ...rich]) this.#shares[i] = 1;
  }

  /** An image, with the probability of its weight. */
  draw(random: Random): number {
    const cell = random.integer(this.#shares.length);
    return random.uniform() < this.#shares[cell]! ? cell : this.#aliases[cell]!;
  }
}
