/** @file What the points can be coloured by. */

import { categoryColour } from '../../../../src/core/map-palette.ts';
import type { MapData, Run } from '../../source/source.ts';
import { firstNewRow } from '../arrivals/first-new-row.ts';
import { colourByCategory, colourByValue, usualRange } from './colours.ts';

export type ColourBy = 'label' | 'cluster' | 'density' | 'outlier' | 'arrival';

/** Of new pictures: an orange that stands out from grey. */
const NEW = 1;

export interface Category {
  /** −1 for none. */
  readonly id: number;
  readonly name: string;
  readonly colour: string;
  readonly numPictures: number;
}

/** Either categories or a range of values. */
export interface Colouring {
  readonly categories?: readonly Category[];
  readonly range?: readonly [number, number];
  /** @param isolated ids of the categories shown in full; all if it is empty @returns uint8[n, 4] */
  readonly colours: (isolated: ReadonlySet<number>) => Uint8Array;
}

export function colouring(by: ColourBy, map: MapData, run: Run, names = map.clusterNames): Colouring {
  const { classes } = run;
  switch (by) {
    case 'label':
      return ofCategories(map.labels, (id) => (id < 0 ? 'No label' : (classes[id] ?? `Label ${id}`)));
    case 'cluster':
      return ofCategories(map.clusters, (id) => (id < 0 ? 'In no cluster' : clusterTitle(id, names)));
    case 'density':
      return ofValues(map.density);
    case 'outlier':
      return ofValues(map.outlier);
    case 'arrival': {
      const first = firstNewRow(run);
      const kinds = Int32Array.from(map.names, (_, row) => (row < first ? -1 : NEW));
      return ofCategories(kinds, (id) => (id < 0 ? 'There before' : 'New'));
    }
  }
}

/** What a cluster is called, which counts from 1 where nobody has named it. */
export function clusterTitle(id: number, names: ReadonlyMap<number, string>): string {
  return names.get(id) ?? `Cluster ${id + 1}`;
}

function ofCategories(ids: Int32Array, nameOf: (id: number) => string): Colouring {
  const counts = new Map<number, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  const categories = [...counts]
    .sort(([a], [b]) => (a < 0 ? 1 : b < 0 ? -1 : a - b))
    .map(([id, numPictures]) => ({ id, name: nameOf(id), colour: categoryColour(id), numPictures }));
  return { categories, colours: (isolated) => colourByCategory(ids, isolated) };
}

function ofValues(values: Float32Array): Colouring {
  const range = usualRange(values);
  return { range, colours: () => colourByValue(values, range) };
}
