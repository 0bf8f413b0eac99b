/** @file Lists as CSV files. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { writeFileAtomic } from '../store/atomic.js';

/** Writes a table, replacing a file atomically; folders on the way are made. An undefined cell is empty. */
export async function writeCsv(
  path: string,
  columns: readonly string[],
  rows: readonly (readonly (string | number | undefined)[])[],
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomic(path, stringify([[...columns], ...rows.map((row) => [...row])]));
}
