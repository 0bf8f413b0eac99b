/** @file What a kind of thing is given to draw itself with: chance, colours, and a way to set thick lines. */
import type { Random } from '../../core/random.js';
import type { Palette } from './palette.js';
import { line } from './svg.js';

/**
 * Draws one thing upright, in the square from −50 to 50 on both axes, y pointing down, filling most of it.
 * Facing, turn, size and place are not its business.
 */
export type Kind = (brush: Brush) => string;

export class Brush {
  /** Fills for large parts; shaded over the whole thing when the picture is shaded. */
  readonly main = 'url(#main)';
  readonly second = 'url(#second)';
  readonly accent = 'url(#accent)';
  readonly dark: string;
  readonly light: string;

  readonly #random: Random;
  readonly #outline: number;

  /**
   * @param random the picture's stream
   * @param palette the picture's colours
   * @param outline width of the outline in the thing's units, 0 for none
   */
  constructor(random: Random, palette: Palette, outline: number) {
    this.#random = random;
    this.#outline = outline;
    this.dark = palette.dark;
    this.light = palette.light;
  }

  between(low: number, high: number): number {
    return this.#random.uniform(low, high);
  }

  /** An integer from `low` to `high`, both included. */
  count(low: number, high: number): number {
    return low + this.#random.integer(high - low + 1);
  }

  chance(probability: number): boolean {
    return this.#random.uniform() < probability;
  }

  pick<T>(...choices: readonly [T, ...T[]]): T {
    return choices[this.#random.integer(choices.length)]!;
  }

  /** A thick line that takes part in the outline, for arms, stalks and handles. */
  limb(pathData: string, fill: string, width: number): string {
    const edge = this.#outline === 0 ? '' : line(pathData, this.dark, width + 2 * this.#outline);
    return edge + line(pathData, fill, width);
  }
}

/** `count` shapes in a row, each made from its number 0 … count − 1. */
export function repeat(count: number, shape: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => shape(i)).join('');
}
