/** @file The colours of maps: of classes and clusters, and from low to high. */

/** Ten categories, told apart also by the colour-blind: Petroff, Accessible Color Sequences for Data Visualization (2021). */
const CATEGORIES = [
  ...['#3f90da', '#ffa90e', '#bd1f01', '#94a4a2', '#832db6', '#a96b59', '#e76300', '#b9ac70', '#717581', '#92dadd'],
];
/** Of what has no label, or is in no cluster. */
export const NO_CATEGORY = '#8b8f94';
/** Low to high: cividis at equal steps (Nuñez, Anderton and Renslow, 2018), ends left off where they vanish on a background. */
export const SCALE = ['#123570', '#3b496c', '#575d6d', '#707173', '#8a8678', '#a59c74', '#c3b369', '#e1cc55'] as const;
/** Degrees between hues that follow each other: no two of many come close (Vogel 1979). */
const GOLDEN_ANGLE = 137.508;

/**
 * The colour of the class or cluster of a number.
 *
 * @param category −1 for none
 * @returns `#rrggbb`, another for each
 */
export function categoryColour(category: number): string {
  if (category < 0) return NO_CATEGORY;
  const lightness = 0.42 + 0.16 * (category % 2);
  return CATEGORIES[category] ?? hslToHex((category * GOLDEN_ANGLE) % 360, 0.6, lightness);
}

/** @param hex `#rrggbb` @returns each in [0, 255] */
export function hexToRgb(hex: string): readonly [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** @param rgb each in [0, 255] */
export function rgbToHex(rgb: readonly number[]): string {
  return `#${rgb.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`;
}

function hslToHex(hue: number, saturation: number, lightness: number): string {
  const spread = saturation * Math.min(lightness, 1 - lightness);
  const channel = (offset: number): number => {
    const k = (offset + hue / 30) % 12;
    return 255 * (lightness - spread * Math.max(-1, Math.min(k - 3, 9 - k, 1)));
  };
  return rgbToHex([channel(0), channel(8), channel(4)]);
}
