/** @file What the points of a map are coloured by, and what the colours mean. */

import type { Collection } from '../../collection/collection.js';
import { classesOf } from '../../collection/map/map-table.js';
import type { PictureMap } from '../../collection/map/picture-map.js';
import { ArgumentError } from '../../core/errors.js';

export const COLOURINGS = ['label', 'cluster', 'density', 'outlier'] as const;
export type Colouring = (typeof COLOURINGS)[number];

export interface LegendEntry {
  readonly name: string;
  /** #rrggbb */
  readonly colour: string;
  readonly count: number;
}

export interface MapColours {
  /** #rrggbb by row */
  readonly colourOf: (row: number) => string;
  /** Largest first; or the scale from its low end to its high end, without counts. */
  readonly legend: readonly LegendEntry[] | { readonly low: string; readonly high: string };
}

/** Told apart also by who sees no red or no green (Okabe and Ito 2008, darkened and extended). */
const FIRST = [
  ...['#0072b2', '#e69f00', '#009e73', '#d55e00', '#cc79a7', '#56b4e9', '#8c6d31', '#7b4fb5', '#b8a800', '#c2334d'],
];
/** Of what has no label, or is in no cluster. */
export const NONE = '#9a9a96';
/** From low to high: viridis, at five places. */
export const SCALE = ['#440154', '#3b528b', '#21918c', '#5ec962', '#fde725'] as const;
/** Degrees between hues that follow each other: no two of many come close (Vogel 1979). */
const GOLDEN_ANGLE = 137.508;

/** The colour of the class or cluster of a number; −1 is none. */
export function classColour(number: number): string {
  if (number < 0) return NONE;
  const fixed = FIRST[number];
  if (fixed !== undefined) return fixed;
  const lightness = 0.42 + 0.16 * (number % 2);
  return hslToHex((number * GOLDEN_ANGLE) % 360, 0.6, lightness);
}

/** What to colour by where nothing is said: labels if there are any, else clusters. */
export function defaultColouring({ pictures }: Collection): Colouring {
  return pictures.some(({ label }) => label !== null) ? 'label' : 'cluster';
}

/** @throws {ArgumentError} if it is to be by label and there is none */
export function mapColours(by: Colouring, collection: Collection, map: PictureMap): MapColours {
  const { pictures } = collection;
  if (by === 'density' || by === 'outlier') {
    const values = map[by];
    const [low, high] = [values.reduce((a, b) => Math.min(a, b), 2), values.reduce((a, b) => Math.max(a, b), 0)];
    const place = (value: number): number => (high > low ? (value - low) / (high - low) : 0);
    return {
      colourOf: (row) => scaleColour(place(values[row]!)),
      legend: { low: low.toFixed(2), high: high.toFixed(2) },
    };
  }
  if (by === 'cluster') return byNumber(map.cluster, (cluster) => `cluster ${cluster + 1}`, 'none');
  const classes = classesOf(collection);
  if (classes.length === 0) throw new ArgumentError('--by: expected pictures with labels, got none; give --by cluster');
  const numberOf = new Map<string | null, number>(classes.map((name, number) => [name, number]));
  const numbers = Int32Array.from(pictures, ({ label }) => numberOf.get(label) ?? -1);
  return byNumber(numbers, (number) => classes[number]!, 'no label');
}

function byNumber(numbers: Int32Array, nameOf: (number: number) => string, none: string): MapColours {
  const counts = new Map<number, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  const legend = Array.from(counts, ([number, count]) => ({
    name: number < 0 ? none : nameOf(number),
    colour: classColour(number),
    count,
  }));
  return {
    colourOf: (row) => classColour(numbers[row]!),
    legend: legend.sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)),
  };
}

/** @param place in [0, 1] */
function scaleColour(place: number): string {
  const at = place * (SCALE.length - 1);
  const below = Math.min(Math.floor(at), SCALE.length - 2);
  const [from, to] = [hexToRgb(SCALE[below]!), hexToRgb(SCALE[below + 1]!)];
  return toHex(from.map((value, i) => value + (to[i]! - value) * (at - below)));
}

export function hexToRgb(hex: string): [number, number, number] {
  return [1, 3, 5].map((start) => Number.parseInt(hex.slice(start, start + 2), 16)) as [number, number, number];
}

function toHex(rgb: readonly number[]): string {
  return `#${rgb.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`;
}

function hslToHex(hue: number, saturation: number, lightness: number): string {
  const spread = saturation * Math.min(lightness, 1 - lightness);
  const channel = (offset: number): number => {
    const k = (offset + hue / 30) % 12;
    return 255 * (lightness - spread * Math.max(-1, Math.min(k - 3, 9 - k, 1)));
  };
  return toHex([channel(0), channel(8), channel(4)]);
}
