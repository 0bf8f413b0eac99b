/** @file The map as an Arrow table, which the page draws from and other programs can read. */
import { Float32, Int32, makeData, makeVector, Schema, Table, Utf8, type Vector, vectorFromArray } from 'apache-arrow';
import type { Collection } from '../collection.js';
import type { PictureMap } from './picture-map.js';

/** The labels of a collection, sorted; numbers of classes count in them. */
export function classesOf({ pictures }: Collection): string[] {
  return [...new Set(pictures.map(({ label }) => label).filter((label) => label !== null))].sort();
}

/**
 * One row a picture, in the order of rows: `name` utf8; `label` int32, of `classes`, −1 for none; `x`, `y` float32 in
 * [−1, 1]; `cluster` int32, −1 for none; `density` float32; `outlier` float32.
 *
 * @param classes default those of the collection
 */
export function mapTable(collection: Collection, map: PictureMap, classes = classesOf(collection)): Table {
  const { pictures } = collection;
  const numberOf = new Map(classes.map((label, number) => [label, number]));
  const label = Int32Array.from(pictures, ({ label }) => (label === null ? -1 : (numberOf.get(label) ?? -1)));
  return new Table({
    name: vectorFromArray(
      pictures.map(({ name }) => name),
      new Utf8(),
    ),
    label: int32(label),
    x: float32(map.layout.filter((_, i) => i % 2 === 0)),
    y: float32(map.layout.filter((_, i) => i % 2 === 1)),
    cluster: int32(map.cluster),
    density: float32(map.density),
    outlier: float32(map.outlier),
  });
}

/** The same, with names of clusters by their numbers as JSON in its metadata, `clusterNames`, if there are any. */
export function withClusterNames(table: Table, names: ReadonlyMap<number, string>): Table {
  if (names.size === 0) return table;
  const metadata = new Map([['clusterNames', JSON.stringify(Object.fromEntries(names))]]);
  return new Table(new Schema(table.schema.fields, metadata), table.batches);
}

/** What a table holds beside names and labels. */
export function mapOfTable(table: Table): Omit<PictureMap, 'method'> {
  const column = <Numbers>(name: string): Numbers => table.getChild(name)!.toArray() as Numbers;
  const [x, y] = [column<Float32Array>('x'), column<Float32Array>('y')];
  const layout = new Float32Array(2 * x.length);
  x.forEach((value, row) => {
    layout[2 * row] = value;
    layout[2 * row + 1] = y[row]!;
  });
  return {
    layout,
    cluster: column<Int32Array>('cluster'),
    density: column<Float32Array>('density'),
    outlier: column<Float32Array>('outlier'),
  };
}

function int32(data: Int32Array): Vector<Int32> {
  return makeVector(makeData({ type: new Int32(), data }));
}

function float32(data: Float32Array): Vector<Float32> {
  return makeVector(makeData({ type: new Float32(), data }));
}
