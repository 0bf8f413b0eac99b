/** @file Finds the pictures of an imported table. */
import { parseLabels } from './csv.ts';

export interface Imported {
  readonly labels: ReadonlyMap<number, string>;
  /** Paths that are no picture of the run. */
  readonly unknown: readonly string[];
}

/**
 * Labels by row. A path may be the name of a picture, or longer: where all pictures lie in one folder, names leave that
 * folder out.
 *
 * @param text CSV with the columns `path` and `label`
 * @throws {Error} if it is no such table
 */
export function importLabels(text: string, names: readonly string[]): Imported {
  const rows = new Map(names.map((name, row) => [plain(name), row]));
  const labels = new Map<number, string>();
  const unknown: string[] = [];
  for (const [path, label] of parseLabels(text)) {
    const row = rowOf(plain(path), rows);
    if (row === undefined) unknown.push(path);
    else labels.set(row, label);
  }
  return { labels, unknown };
}

/** Tries the path, then the path without its first folder, and so on. */
function rowOf(path: string, rows: ReadonlyMap<string, number>): number | undefined {
  for (let rest = path; ; ) {
    const row = rows.get(rest);
    if (row !== undefined) return row;
    const slash = rest.indexOf('/');
    if (slash < 0) return undefined;
    rest = rest.slice(slash + 1);
  }
}

const plain = (path: string): string => path.replaceAll('\\', '/');
