/** @file A weight for each picture, from a CSV file. */

import { dirname, resolve } from 'node:path';
import { DataError } from '../../core/errors.js';
import { readColumns } from './csv-file.js';
import { PictureNames } from './picture-names.js';

/**
 * Reads a CSV file with the columns `path` and `weight`; see `readCsvTable` for what it may look like.
 *
 * @param file paths in it are absolute, or relative to its folder; `path#index` names a record of a CIFAR or IDX file
 * @param ids of the pictures (absolute paths)
 * @returns float64[n], the weight of each of `ids`, > 0
 * @throws {DataError} if the file cannot be read, lacks a column or a picture, weighs one twice and differently, or holds
 * a weight that is not above 0
 */
export async function readWeights(file: string, ids: readonly string[]): Promise<Float64Array> {
  const folder = dirname(resolve(file));
  const names = new PictureNames(ids);
  const weights = new Map<string, number>();
  const others: string[] = [];
  const { rows, remark } = await readColumns(file, ['path', 'weight'], 'weights');
  for (const { path, weight, row } of rows) {
    const value = weight === '' ? Number.NaN : Number(weight);
    if (!(value > 0 && Number.isFinite(value))) {
      throw new DataError(
        `${file}, row ${row}: expected a weight above 0 for ${path}, got '${weight}'. Write it as 0.5 or 2e-3.`,
      );
    }
    const absolute = resolve(folder, path);
    const id = names.find(absolute);
    if (id === undefined) {
      others.push(absolute);
      continue;
    }
    const earlier = weights.get(id);
    if (earlier !== undefined && earlier !== value) {
      throw new DataError(
        `${file}, row ${row}: expected one weight for ${id}, got ${earlier} and ${value}. Leave one out.`,
      );
    }
    weights.set(id, value);
  }
  const missing = ids.filter((id) => !weights.has(id));
  if (missing.length > 0) {
    const reasons = [...(others.length > 0 ? [names.explain(others, file)] : []), ...(remark ? [remark] : [])];
    throw new DataError(
      [
        `${file}: expected a weight for each of ${ids.length} pictures, got none for ${missing.length}, such as ${missing[0]}`,
        ...reasons,
      ].join('. '),
    );
  }
  return Float64Array.from(ids, (id) => weights.get(id)!);
}
