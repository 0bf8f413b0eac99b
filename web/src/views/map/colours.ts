/** @file Colours of the points, told apart also by the colour-blind. */

type Rgb = readonly [number, number, number];

/** Ten categories: Petroff, Accessible Color Sequences for Data Visualization (2021). */
const CATEGORIES = [
  '#3f90da',
  '#ffa90e',
  '#bd1f01',
  '#94a4a2',
  '#832db6',
  '#a96b59',
  '#e76300',
  '#b9ac70',
  '#717581',
  '#92dadd',
] as const;
/** Points that are in no category. */
const NONE = '#8b8f94';
/** Low to high: cividis at equal steps (Nuñez, Anderton and Renslow, 2018), ends left off where they vanish on a background. */
const SCALE = ['#123570', '#3b496c', '#575d6d', '#707173', '#8a8678', '#a59c74', '#c3b369', '#e1cc55'] as const;

/** Alpha of points, and of those that are not in the categories picked. */
const ALPHA = 220;
const FADED = 14;

/** @param category −1 for none */
export function categoryColour(category: number): string {
  return category < 0 ? NONE : CATEGORIES[category % CATEGORIES.length]!;
}

/** The scale as a CSS gradient, low to high. */
export const SCALE_GRADIENT = `linear-gradient(to right, ${SCALE.join(', ')})`;

/**
 * @param categories int32[n], −1 for none
 * @param isolated only these are shown in full; all if it is empty
 * @returns uint8[n, 4]
 */
export function colourByCategory(categories: Int32Array, isolated: ReadonlySet<number>): Uint8Array {
  const [shown, faded] = [ALPHA, FADED].map((alpha) => [...CATEGORIES, NONE].map((hex) => pack(hex, alpha)));
  const isShown = (category: number): boolean => isolated.size === 0 || isolated.has(category);
  const colours = Uint32Array.from(categories, (category) => {
    const palette = isShown(category) ? shown! : faded!;
    return palette[category < 0 ? CATEGORIES.length : category % CATEGORIES.length]!;
  });
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

/** @param hex `#rrggbb` @returns each in [0, 255] */
export function parse(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** Red, green, blue and alpha as bytes in this order, as one number: machines with browsers are little-endian. */
function pack(hex: string, alpha: number): number {
  const [red, green, blue] = parse(hex);
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
