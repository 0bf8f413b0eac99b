/** @file How pictures and their features lie in a table of an index. */

import { createRequire } from 'node:module';
import type { FixedSizeList, RecordBatch, Schema, Table } from 'apache-arrow';
import { firstNotUnit } from '../../core/vector.js';
import type { IndexedFeatures, IndexedPicture } from './indexed-picture.js';
import { rowDigest } from './row-check.js';

/** Of the features of an encoder. */
export function tableName(encoderKey: string): string {
  return `features-${encoderKey.slice(0, 16)}`;
}

/** Of version 0.1: without digests, and without a key that keeps a picture from being put in twice. */
export function earlierTableName(encoderKey: string): string {
  return `pictures-${encoderKey.slice(0, 16)}`;
}

/** Its columns, which `picturesOf` needs. */
export const PICTURE_COLUMNS = ['id', 'label', 'hash', 'size', 'mtimeMs'];

const require = createRequire(import.meta.url);

/** LanceDB takes tables of its own copy of Arrow only, the CommonJS one. Loaded when it is needed. */
function loadArrow(): typeof import('apache-arrow') {
  return require('apache-arrow');
}

/** With this, LanceDB makes an insertion wait its turn that would put in an id that another puts in at the same time. */
const KEY = new Map([['lance-schema:unenforced-primary-key', 'true']]);

/** The columns of a table of features of `dim` numbers. Tables of version 0.1 have no digest. */
export function pictureSchema(dim: number): Schema {
  const { Field, FixedSizeList, Float32, Float64, Schema, Uint32, Utf8 } = loadArrow();
  return new Schema([
    new Field('id', new Utf8(), false, KEY),
    new Field('label', new Utf8(), true),
    new Field('hash', new Utf8(), false),
    new Field('size', new Float64(), false),
    new Field('mtimeMs', new Float64(), false),
    new Field('digest', new Uint32(), false),
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
  const { Float32, Float64, makeData, RecordBatch, Struct, Table, Uint32, Utf8, vectorFromArray } = loadArrow();
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
      type: new Uint32(),
      length,
      data: Uint32Array.from(pictures, (picture, row) => rowDigest(picture, rowOf(features, row, dim))),
    }),
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

/** A row of a table, read. */
export interface PictureRow {
  readonly picture: IndexedPicture;
  /** float32[dim], a view of the batch's memory. */
  readonly feature: Float32Array;
  /** Whether it is as it was written, as far as can be seen. */
  readonly isWhole: boolean;
}

/** The rows of a batch of all columns. */
export function rowsOf(batch: RecordBatch, dim: number): PictureRow[] {
  const digests = batch.getChild('digest');
  const features = featuresOf(batch, dim);
  return picturesOf(batch).map((picture, row) => {
    const feature = rowOf(features, row, dim);
    const isWhole =
      firstNotUnit(feature, feature.length) < 0 &&
      (digests === null || digests.get(row) === rowDigest(picture, feature));
    return { picture, feature, isWhole };
  });
}

/** All rows that a query finds. */
export async function allRows(query: AsyncIterable<RecordBatch>, dim: number): Promise<PictureRow[]> {
  const rows: PictureRow[] = [];
  for await (const batch of query) for (const row of rowsOf(batch, dim)) rows.push(row);
  return rows;
}

/** Rows by id (by UTF-16 code unit, as everywhere), each id once. */
export function inOrderOfIds(rows: readonly PictureRow[], dim: number): IndexedFeatures {
  const ordered = rows
    .toSorted((a, b) => (a.picture.id < b.picture.id ? -1 : 1))
    .filter(({ picture }, place, all) => picture.id !== all[place - 1]?.picture.id);
  const features = new Float32Array(ordered.length * dim);
  ordered.forEach(({ feature }, place) => {
    features.set(feature, place * dim);
  });
  return { pictures: ordered.map(({ picture }) => picture), features };
}

function rowOf(features: Float32Array, row: number, dim: number): Float32Array {
  return features.subarray(row * dim, (row + 1) * dim);
}

/** float32[rows, dim], a view of the batch's memory. */
function featuresOf(batch: RecordBatch, dim: number): Float32Array {
  const { offset, length, children } = batch.getChild('feature')!.data[0]!;
  return (children[0]!.values as Float32Array).subarray(offset * dim, (offset + length) * dim);
}
