/** @file Embeddings on disk, in the format that the file's name asks for. */

import { dirname, extname } from 'node:path';
import type { CsvStyle } from '../../core/csv-write.js';
import { ArgumentError, DataError, ShapeError } from '../../core/errors.js';
import { firstNotFinite } from '../../core/vector.js';
import { makeFolder } from '../files/make-folder.js';
import { csv } from './csv-format.js';
import type { Embeddings, EmbeddingsFormat } from './embeddings-format.js';
import { npy } from './npy-format.js';
import { parquet } from './parquet-format.js';

/** Every format by its extension. */
const FORMATS: Readonly<Record<string, EmbeddingsFormat>> = { '.npy': npy, '.parquet': parquet, '.csv': csv };

/**
 * Writes embeddings, replacing a file atomically; folders on the way are made.
 *
 * @param path ends in .npy (ids and labels go beside it, into <name>.paths.json), .parquet or .csv
 * @param style of a .csv
 * @throws {ArgumentError} if it ends in anything else
 * @throws {ShapeError} if there is not one row, and one label if any, for each id
 * @throws {DataError} if a feature is infinite or no number
 */
export async function writeEmbeddings(path: string, embeddings: Embeddings, style?: CsvStyle): Promise<void> {
  const format = embeddingsFormat(path);
  const { ids, labels, features, dim } = embeddings;
  if (features.length !== ids.length * dim) {
    throw new ShapeError(`features: expected float32[${ids.length}, ${dim}], got ${features.length} numbers`);
  }
  if (labels !== undefined && labels.length !== ids.length) {
    throw new ShapeError(`labels: expected ${ids.length}, one a picture, got ${labels.length}`);
  }
  checkFeatures(path, embeddings);
  await makeFolder(dirname(path));
  await format.write(path, embeddings, style);
}

/**
 * Reads embeddings.
 *
 * @param path as for `writeEmbeddings`
 * @throws {ArgumentError} if it ends in another extension
 * @throws {DataError} if the file is missing, damaged, or holds something else
 */
export async function readEmbeddings(path: string): Promise<Embeddings> {
  const embeddings = await embeddingsFormat(path).read(path);
  checkFeatures(path, embeddings);
  return embeddings;
}

function checkFeatures(path: string, { ids, features, dim }: Embeddings): void {
  const place = firstNotFinite(features);
  if (place < 0) return;
  const row = Math.floor(place / dim);
  throw new DataError(
    `${path}: expected finite features, got ${features[place]} in row ${row}, of ${ids[row]}. Embed anew; if the encoder ` +
      'gives such numbers, train it anew with a lower --lr.',
  );
}

/**
 * The format of a path; to be asked before hours of work whose result could not be written.
 *
 * @throws {ArgumentError} if it is none of those known
 */
export function embeddingsFormat(path: string): EmbeddingsFormat {
  const extension = extname(path).toLowerCase();
  const format = Object.hasOwn(FORMATS, extension) ? FORMATS[extension] : undefined;
  if (format === undefined) {
    throw new ArgumentError(
      `${path}: expected a file name ending in ${Object.keys(FORMATS).join(', ')}, got ${extension || 'no extension'}`,
    );
  }
  return format;
}
