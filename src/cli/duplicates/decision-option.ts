/** @file `--keep-all`, `--forget` and `--decided` of `instdisc duplicates`. */
import { resolve } from 'node:path';
import type { Collection } from '../../collection/collection.js';
import { rememberDecision } from '../../collection/duplicates/decisions.js';
import type { RowGroup } from '../../collection/duplicates/duplicate-groups.js';
import { DataError } from '../../core/errors.js';
import { plural } from '../../core/format.js';
import { Names } from '../../core/names.js';
import type { Output } from '../output.js';

export interface DecisionFlags {
  readonly keepAll?: readonly string[];
  readonly forget?: readonly string[];
  readonly decided?: boolean;
}

/**
 * Remembers what the flags say of the groups of some pictures.
 *
 * @param groups all there are
 * @throws {DataError} if a path is of no picture here, or a picture that is to be kept with its like is in no group
 */
export async function sayDecisions(
  runPath: string,
  { pictures }: Collection,
  groups: readonly RowGroup[],
  { keepAll = [], forget = [] }: DecisionFlags,
  output: Output,
): Promise<void> {
  if (keepAll.length + forget.length === 0) return;
  const ids = pictures.map(({ id }) => id);
  const names = new Names(ids);
  const kept = keepAll.map((path) => groupsOf(rowOf('keep-all', path), path));
  const forgotten = forget.map((path) => rowOf('forget', path));
  await rememberDecision(runPath, {
    groups: [
      ...kept.flat().map((group) => ({ ...saidOf(group), keepAll: true })),
      ...forgotten.flatMap((row) => groupsWith(row)).map((group) => ({ ...saidOf(group), keepAll: false })),
    ],
    marks: forgotten.map((row) => ({ picture: pictures[row]!, stays: null })),
  });
  output.line(`Remembered for ${plural(keepAll.length + forget.length, 'picture')}.`);

  function rowOf(option: string, path: string): number {
    const row = ids.indexOf(names.find(resolve(path)) ?? names.find(path) ?? path);
    if (row >= 0) return row;
    throw new DataError(`--${option}: expected the path of a picture here, such as ${ids[0]}, got ${path}.`);
  }

  /** A row and those that are the same: a group of similar ones has one of them. */
  function sameAs(row: number): readonly number[] {
    return groups.find(({ kind, rows }) => kind === 'same' && rows.includes(row))?.rows ?? [row];
  }

  function groupsWith(row: number): readonly RowGroup[] {
    const same = sameAs(row);
    return groups.filter(({ rows }) => rows.some((other) => same.includes(other)));
  }

  function groupsOf(row: number, path: string): readonly RowGroup[] {
    const found = groupsWith(row);
    if (found.length > 0) return found;
    throw new DataError(`--keep-all: expected a picture that is there twice, got ${path}, which is like no other.`);
  }

  function saidOf({ kind, rows }: RowGroup) {
    return { kind, pictures: rows.flatMap(sameAs).map((row) => pictures[row]!) };
  }
}
