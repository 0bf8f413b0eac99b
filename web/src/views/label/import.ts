/** @file Finds the pictures of an imported table. */
import { nameKey } from '../../../../src/core/names.ts';
import { parseLabels } from './csv.ts';

export interface Imported {
  readonly labels: ReadonlyMap<number, string>;
  /** Paths that are no picture of the run. */
  readonly unknown: readonly string[];
  /** What should be known of how the file was read. */
  readonly remark: string | undefined;
}

/**
 * Labels by row. A path may be the name of a picture, or longer: where all pictures lie in one folder, names leave that
 * folder out.
 *
 * @param bytes CSV with the columns `path` and `label`
 * @throws {Error} if it is no such table, or labels a picture twice and differently
 */
export function importLabels(bytes: Uint8Array, names: readonly string[]): Imported {
  // A name as it is written comes before one that only looks alike.
  const rows = new Map([
    ...keys(names, (name) => nameKey(plain(name))),
    // That bytes are Latin-1 is a guess, which gives way to another composition.
    ...keys(names, (name) => plain(name).normalize('NFC')),
    ...keys(names, plain),
  ]);
  const labels = new Map<number, string>();
  const unknown: string[] = [];
  const table = parseLabels(bytes);
  for (const [path, label] of table.labels) {
    const spelling = plain(path);
    const row = [spelling, nameKey(spelling), nameKey(spelling).trimEnd()]
      .map((each) => rowOf(each, rows))
      .find((row) => row !== undefined);
    if (row === undefined) {
      unknown.push(path);
      continue;
    }
    const earlier = labels.get(row);
    if (earlier !== undefined && earlier !== label) {
      throw new Error(`expected one label for ${names[row]}, got '${earlier}' and '${label}'`);
    }
    labels.set(row, label);
  }
  return { labels, unknown, remark: table.remark };
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

function keys(names: readonly string[], keyOf: (name: string) => string): [string, number][] {
  return names.map((name, row) => [keyOf(name), row]);
}

const plain = (path: string): string => path.replaceAll('\\', '/');
