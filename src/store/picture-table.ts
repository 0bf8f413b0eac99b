/** @file How pictures and their features lie in a table of an index. */
import { createRequire } from 'node:module';
import type { FixedSizeList, RecordBatch, Schema, Table } from 'apache-arrow';

/** What an index knows of a picture. */
export interface IndexedPicture {
  /** The absolute path, or `path#index` for a record. */
  readonly id: string;
  readonly label: string | null;
  /** SHA-256 of the picture's bytes, in hexadecimal. */
  readonly hash: string;
  /** Bytes and time of the file, to see cheaply that it has not changed. */
  readonly size: number;
  readonly mtimeMs: number;
}

/** Pictures with their features, float32[pictures, dim]. */
export interface IndexedFeatures {
  readonly pictures: readonly IndexedPicture[];
  readonly features: Float32Array;
}

/** Its columns, which `picturesOf` needs. */
export const PICTURE_COLUMNS = ['id', 'label', 'hash', 'size', 'mtimeMs'];

const require = createRequire(import.meta.url);

/** LanceDB takes tables of its own copy of Arrow only, the CommonJS one. Loaded when it is needed. */
function loadArrow(): typeof import('apache-arrow') {
  return require('apache-arrow');
}

/** The columns of a table of features of `dim` numbers. */
export function pictureSchema(dim: number): Schema {
  const { Field, FixedSizeList, Float32, Float64, Schema, Utf8 } = loadArrow();
  return new Schema([
    new Field('id', new Utf8(), false),
    new Field('label', new Utf8(), true),
    new Field('hash', new Utf8(), false),
    new Field('size', new Float64(), false),
    new Field('mtimeMs', new Float64(), false),
    new Field('feature', new FixedSizeList(dim, new Field('item', new Float32(), true)), false),
  ]);
}

/** How many numbers the features of a table have. */
export function dimOf(schema: Schema): number {
  return (schema.fields.find(({ name }) => name === 'feature')?.type as FixedSizeList).listSize;
}

/**
 * A table of pictures with their features.
 *
 * @param features float32[pictures, dim]
 */
export function pictureTable(pictures: readonly IndexedPicture[], features: Float32Array, dim: number): Table {
  const { Float32, Float64, makeData, RecordBatch, Struct, Table, Utf8, vectorFromArray } = loadArrow();
  const schema = pictureSchema(dim);
  const length = pictures.length;
  const text = (of: (picture: IndexedPicture) => string | null) =>
    vectorFromArray(pictures.map(of), new Utf8()).data[0]!;
  const numbers = (of: (picture: IndexedPicture) => number) =>
    makeData({ type: new Float64(), length, data: Float64Array.from(pictures, of) });
  const children = [
    text(({ id }) => id),
    text(({ label }) => label),
    text(({ hash }) => hash),
    numbers(({ size }) => size),
    numbers(({ mtimeMs }) => mtimeMs),
    makeData({
      type: schema.fields.at(-1)!.type as FixedSizeList,
      length,
      child: makeData({ type: new Float32(), length: features.length, data: features }),
    }),
  ];
  return new Table([new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, children }))]);
}

/** The pictures of a batch that holds PICTURE_COLUMNS. */
export function picturesOf(batch: RecordBatch): IndexedPicture[] {
  const [ids, labels, hashes, sizes, times] = PICTURE_COLUMNS.map((name) => batch.getChild(name)!);
  return Array.from({ length: batch.numRows }, (_, i) => ({
    id: ids!.get(i),
    label: labels!.get(i),
    hash: hashes!.get(i),
    size: sizes!.get(i),
    mtimeMs: times!.get(i),
  }));
}

/** The pictures and features of batches, by id (by UTF-16 code unit, as everywhere), whatever the order of the table. */
export function inOrderOfIds(batches: readonly RecordBatch[], dim: number): IndexedFeatures {
  const pictures = batches.flatMap((batch) => picturesOf(batch));
  const order = Array.from(pictures.keys()).sort((a, b) => (pictures[a]!.id < pictures[b]!.id ? -1 : 1));
  const placeOf = new Uint32Array(order.length);
  order.forEach((row, place) => {
    placeOf[row] = place;
  });
  const features = new Float32Array(pictures.length * dim);
  let row = 0;
  for (const batch of batches) {
    const own = featuresOf(batch, dim);
    for (let start = 0; start < own.length; start += dim) {
      features.set(own.subarray(start, start + dim), placeOf[row++]! * dim);
    }
  }
  return { pictures: order.map((row) => pictures[row]!), features };
}

/** float32[rows, dim], a view of the batch's memory. */
function featuresOf(batch: RecordBatch, dim: number): Float32Array {
  const { offset, length, children } = batch.getChild('feature')!.data[0]!;
  return (children[0]!.values as Float32Array).subarray(offset * dim, (offset + length) * dim);
}
