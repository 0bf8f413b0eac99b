/** @file The map of a run, kept in its folder as an Arrow file. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Schema, Table, tableFromIPC, tableToIPC } from 'apache-arrow';
import { writeFileAtomic } from '../../store/atomic.js';
import type { Collection } from '../collection.js';
import { mapOfTable, mapTable } from './map-table.js';
import { computeMap, type MapOptions, type PictureMap } from './picture-map.js';

/** To be raised when the same features shall give another map. */
const VERSION = '1';

/**
 * The map of a run, from its folder if it is there, else computed and kept there as map.arrow.
 *
 * @param runPath the run's folder
 * @throws the signal's reason
 */
export async function openMap(runPath: string, collection: Collection, options: MapOptions = {}): Promise<PictureMap> {
  const key = keyOf(collection, options.seed ?? 0);
  const kept = await readMap(runPath, key);
  if (kept !== undefined) return kept;
  const map = await computeMap(collection, options);
  const { schema, batches } = mapTable(collection, map);
  const table = new Table(new Schema(schema.fields, new Map([['instdisc', key]])), batches);
  await writeFileAtomic(pathOf(runPath), tableToIPC(table, 'file'));
  return map;
}

/** The map that is kept in a run's folder, if it is of the collection's features as they are now. */
export async function keptMap(runPath: string, collection: Collection, seed = 0): Promise<PictureMap | undefined> {
  return readMap(runPath, keyOf(collection, seed));
}

async function readMap(runPath: string, key: string): Promise<PictureMap | undefined> {
  try {
    const table = tableFromIPC(await readFile(pathOf(runPath)));
    return table.schema.metadata.get('instdisc') === key ? { method: 'umap', ...mapOfTable(table) } : undefined;
  } catch {
    return undefined; // None is there, or it is damaged; it can be computed again.
  }
}

function pathOf(runPath: string): string {
  return join(runPath, 'map.arrow');
}

/** What a map is made from. */
function keyOf({ features, dim }: Collection, seed: number): string {
  const bytes = new Uint8Array(features.buffer, features.byteOffset, features.byteLength);
  return createHash('sha256').update(`${VERSION} ${seed} ${dim} `).update(bytes).digest('hex');
}
