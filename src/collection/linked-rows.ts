/** @file Pictures of a collection that are one file on the disk: links that came by different commands. */
import { inOrder } from '../core/in-order.js';
import type { Alias } from '../data/picture.js';
import { realPath } from '../data/scan/file-name.js';
import type { Collection } from './collection.js';

/** Paths that are looked up at once. */
const IN_FLIGHT = 16;
const RECORD = /#\d+$/;

/** A row whose file another row has under its own path, or under an earlier one. */
export interface LinkedRow extends Alias {
  readonly row: number;
}

/**
 * Which of some rows are links to the file of another. Deleting what a link leads to would lose the picture, so they are
 * no duplicates. Files that cannot be reached from here are taken for files of their own, as are hard links.
 *
 * @param rows of a collection, each once
 * @throws the signal's reason
 */
export async function linkedRows(
  { pictures }: Collection,
  rows: Iterable<number>,
  signal?: AbortSignal,
): Promise<LinkedRow[]> {
  const rowsOf = new Map<string, number[]>();
  const lookUp = async (row: number) => ({ row, real: await realId(pictures[row]!.id) });
  for await (const { row, real } of inOrder(rows, IN_FLIGHT, lookUp, signal)) {
    rowsOf.set(real, [...(rowsOf.get(real) ?? []), row]);
  }
  return Array.from(rowsOf).flatMap(([real, some]) => {
    const kept = some.find((row) => pictures[row]!.id === real) ?? some[0]!;
    const of = pictures[kept]!.id;
    return some.filter((row) => row !== kept).map((row) => ({ row, path: pictures[row]!.id, of }));
  });
}

/** An id by the path without links. */
async function realId(id: string): Promise<string> {
  const record = RECORD.exec(id)?.[0] ?? '';
  try {
    return await realPath(id);
  } catch {
    const path = id.slice(0, id.length - record.length);
    return record === '' ? id : `${await realPath(path).catch(() => path)}${record}`;
  }
}
