/** @file What the points of a map are coloured by, and what the colours mean. */

import type { Collection } from '../../collection/collection.js';
import { classesOf } from '../../collection/map/map-table.js';
import type { PictureMap } from '../../collection/map/picture-map.js';
import { ArgumentError } from '../../core/errors.js';
import { categoryColour, hexToRgb, rgbToHex, SCALE } from '../../core/map-palette.js';

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

/** What to colour by where nothing is said: labels if there are any, else clusters. */
export function defaultColouring({ pictures }: Collection): Colouring {
  return pictures.some(({ label }) => label !== null) ? 'label' : 'cluster';
}

/** @throws {ArgumentError} if it is to be by label and there is none */
export function mapColours(
  by: Colouring,
  collection: Collection,
  map: PictureMap,
  names: ReadonlyMap<number, string> = new Map(),
): MapColours {
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
  if (by === 'cluster')
    return byNumber(map.cluster, (cluster) => names.get(cluster) ?? `cluster ${cluster + 1}`, 'none');
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
    colour: categoryColour(number),
    count,
  }));
  return {
    colourOf: (row) => categoryColour(numbers[row]!),
    legend: legend.sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)),
  };
}

/** @param place in [0, 1] */
function scaleColour(place: number): string {
  const at = place * (SCALE.length - 1);
  const below = Math.min(Math.floor(at), SCALE.length - 2);
  const [from, to] = [hexToRgb(SCALE[below]!), hexToRgb(SCALE[below + 1]!)];
  return rgbToHex(from.map((value, i) => value + (to[i]! - value) * (at - below)));
}
