/** @file Colours of the points, as the graphics card takes them. */
import { categoryColour, hexToRgb, SCALE } from '../../../../src/core/map-palette.ts';

/** Alpha of points, and of those that are not in the categories picked. */
const ALPHA = 220;
const FADED = 14;

/** The scale as a CSS gradient, low to high. */
export const SCALE_GRADIENT = `linear-gradient(to right, ${SCALE.join(', ')})`;

/**
 * @param categories int32[n], −1 for none
 * @param isolated only these are shown in full; all if it is empty
 * @returns uint8[n, 4]
 */
export function colourByCategory(categories: Int32Array, isolated: ReadonlySet<number>): Uint8Array {
  const most = categories.reduce((a, b) => Math.max(a, b), -1);
  const paletteOf = (alpha: number): Uint32Array =>
    Uint32Array.from({ length: most + 2 }, (_, i) => pack(categoryColour(i - 1), alpha));
  const [shown, faded] = [paletteOf(ALPHA), paletteOf(FADED)];
  const isShown = (category: number): boolean => isolated.size === 0 || isolated.has(category);
  const colours = categories.map((category) => (isShown(category) ? shown : faded)[category + 1]!);
  return new Uint8Array(colours.buffer);
}

/** @param values float32[n] @param range the ends of the scale @returns uint8[n, 4] */
export function colourByValue(values: Float32Array, [low, high]: readonly [number, number]): Uint8Array {
  const stops = SCALE.map((hex) => pack(hex, ALPHA));
  const factor = stops.length / (high - low || 1);
  const colours = Uint32Array.from(values, (value) => {
    const stop = Math.min(Math.max(Math.floor((value - low) * factor), 0), stops.length - 1);
    return stops[stop]!;
  });
  return new Uint8Array(colours.buffer);
}

/** The 1st and 99th hundredth of the values, so that a few extremes do not use up the scale. */
export function usualRange(values: Float32Array): readonly [number, number] {
  const sorted = values.toSorted();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  return [at(0.01), at(0.99)];
}

/** Red, green, blue and alpha as bytes in this order, as one number: machines with browsers are little-endian. */
function pack(hex: string, alpha: number): number {
  const [red, green, blue] = hexToRgb(hex);
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
