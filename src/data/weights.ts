/** @file A weight for each picture, from a CSV file. */

import { dirname, resolve } from 'node:path';
import { DataError } from '../core/errors.js';
import { readColumns } from './csv.js';

/**
 * Reads a CSV file with the columns `path` and `weight`; other columns are passed over.
 *
 * @param file paths in it are absolute, or relative to its folder; `path#index` names a record of a CIFAR or IDX file
 * @param ids of the pictures (absolute paths)
 * @returns float64[n], the weight of each of `ids`, > 0
 * @throws {DataError} if the file cannot be read, lacks a column or a picture, or holds a weight that is not above 0
 */
export async function readWeights(file: string, ids: readonly string[]): Promise<Float64Array> {
  const folder = dirname(resolve(file));
  const weights = new Map<string, number>();
  for (const { path, weight } of await readColumns(file, ['path', 'weight'], 'weights')) {
    const value = weight === '' ? Number.NaN : Number(weight);
    if (!(value > 0 && Number.isFinite(value))) {
      throw new DataError(`${file}: expected a weight above 0 for ${path}, got '${weight}'`);
    }
    weights.set(resolve(folder, path), value);
  }
  const missing = ids.filter((id) => !weights.has(id));
  if (missing.length > 0) {
    throw new DataError(
      `${file}: expected a weight for each of ${ids.length} pictures, got none for ${missing.length}, such as ${missing[0]}`,
    );
  }
  return Float64Array.from(ids, (id) => weights.get(id)!);
}
