/** @file Pictures of a collection that are one file on the disk: links that came by different commands, and hard links. */
import { stat } from 'node:fs/promises';
import { inOrder } from '../../core/in-order.js';
import type { Alias } from '../../data/picture.js';
import { openable, realPath } from '../../data/scan/file-name.js';
import type { Collection } from '../collection.js';

/** Paths that are looked up at once. */
const IN_FLIGHT = 16;
const RECORD = /#\d+$/;

/** A row whose file another row has under its own path, or under an earlier one. */
export interface LinkedRow extends Alias {
  readonly row: number;
}

/**
 * Which of some rows are links to the file of another. Deleting what a link leads to would lose the picture, and deleting
 * one of two hard links frees nothing, so they are no duplicates. Files that cannot be reached from here are taken for
 * files of their own.
 *
 * @param rows of a collection, each once
 * @throws the signal's reason
 */
export async function linkedRows(
  { pictures }: Collection,
  rows: Iterable<number>,
  signal?: AbortSignal,
): Promise<LinkedRow[]> {
  const rowsOf = new Map<string, { readonly row: number; readonly real: string }[]>();
  const lookUp = async (row: number) => ({ row, ...(await fileOfRow(pictures[row]!.id)) });
  for await (const { row, real, key } of inOrder(rows, IN_FLIGHT, lookUp, signal)) {
    rowsOf.set(key, [...(rowsOf.get(key) ?? []), { row, real }]);
  }
  return Array.from(rowsOf.values()).flatMap((some) => {
    const kept = some.find(({ row, real }) => pictures[row]!.id === real) ?? some[0]!;
    const of = pictures[kept.row]!.id;
    return some.filter((other) => other !== kept).map(({ row }) => ({ row, path: pictures[row]!.id, of }));
  });
}

/** An id by the path without links, and what is the same for all names of one file. */
async function fileOfRow(id: string): Promise<{ readonly real: string; readonly key: string }> {
  const whole = await keyOf(id);
  if (whole !== undefined) return { real: await realPath(id).catch(() => id), key: whole };
  const record = RECORD.exec(id)?.[0] ?? '';
  const path = id.slice(0, id.length - record.length);
  const real = record === '' ? id : `${await realPath(path).catch(() => path)}${record}`;
  const key = record === '' ? undefined : await keyOf(path);
  return { real, key: key === undefined ? real : `${key}${record}` };
}

/** Of a file that is there: its device and its number there. */
async function keyOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(openable(path), { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}
