/** @file Finds the rows of a table that should not be there, and removes them. */
import type { Table } from '@lancedb/lancedb';
import type { IndexedFeatures, IndexedPicture } from './indexed-picture.js';
import { allRows, inOrderOfIds, rowsOf } from './picture-table.js';

/** Rows that leave in one statement. */
const STATEMENT = 500;

/** How many rows should not have been there. */
export interface BadRows {
  /** Of pictures that had one already. */
  readonly doubled: number;
  /** Not as they were written. */
  readonly damaged: number;
}

/** The whole rows of a table, each picture once, and how many others there are. */
export async function wholeRows(table: Table, dim: number): Promise<BadRows & { readonly taken: IndexedFeatures }> {
  const rows = await allRows(table.query(), dim);
  const whole = rows.filter(({ isWhole }) => isWhole);
  const taken = inOrderOfIds(whole, dim);
  return { taken, doubled: whole.length - taken.pictures.length, damaged: rows.length - whole.length };
}

/** Removes the other rows, and gives the pictures of those that stay. */
export async function removeBadRows(
  table: Table,
  dim: number,
): Promise<BadRows & { readonly pictures: IndexedPicture[] }> {
  const pictures = new Map<string, IndexedPicture>();
  const bad: bigint[] = [];
  let damaged = 0;
  for await (const batch of table.query().withRowId()) {
    const numbers = batch.getChild('_rowid')!;
    for (const [row, { picture, isWhole }] of rowsOf(batch, dim).entries()) {
      if (isWhole && !pictures.has(picture.id)) pictures.set(picture.id, picture);
      else {
        bad.push(numbers.get(row));
        if (!isWhole) damaged++;
      }
    }
  }
  for (let first = 0; first < bad.length; first += STATEMENT) {
    await table.delete(`_rowid IN (${bad.slice(first, first + STATEMENT).join(', ')})`);
  }
  return { pictures: [...pictures.values()], doubled: bad.length - damaged, damaged };
}
