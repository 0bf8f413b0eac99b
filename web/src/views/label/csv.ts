/** @file Labels out of a CSV file. */
import { readCsvTable } from '../../../../src/core/csv-table.ts';

export interface LabelRows {
  /** Label by path, as written. */
  readonly labels: ReadonlyMap<string, string>;
  /** What should be known of how the file was read. */
  readonly remark: string | undefined;
}

/**
 * Labels from a table with the columns `path` and `label`, in any encoding that spreadsheets write.
 *
 * @throws {Error} if it is no such table, or labels a path twice and differently
 */
export function parseLabels(bytes: Uint8Array): LabelRows {
  const { rows, remark } = readCsvTable(bytes, ['path', 'label']);
  const labels = new Map<string, string>();
  for (const { path, label, row } of rows) {
    if (path.trim() === '' || label === '') {
      throw new Error(`row ${row}: expected a path and a label, got path '${path}', label '${label}'`);
    }
    const earlier = labels.get(path);
    if (earlier !== undefined && earlier !== label) {
      throw new Error(`row ${row}: expected one label for ${path}, got '${earlier}' and '${label}'`);
    }
    labels.set(path, label);
  }
  return { labels, remark };
}
