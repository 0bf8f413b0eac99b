/** @file The map of a run, kept in its folder as an Arrow file. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Schema, Table, tableFromIPC, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import { systemError } from '../../core/system-errors.js';
import { bytesOf } from '../../core/vector.js';
import { writeFileAtomic } from '../../store/files/atomic.js';
import { Digest } from '../../store/files/digest.js';
import type { Collection } from '../collection.js';
import { firstNeighbours, nearestOfEach } from '../nearest-of-each.js';
import { NUM_AROUND } from '../outliers.js';
import { mapOfTable, mapTable } from './map-table.js';
import { computeMap, type MapOptions, type PictureMap } from './picture-map.js';
import { type EarlierMap, placedMap } from './placed-map.js';

/** To be raised when the same features shall give another map. */
const VERSION = '1';

export interface OpenMapOptions extends MapOptions {
  /** Called if the map cannot be kept: the next time it will be computed again. */
  readonly onNotKept?: (error: Error) => void;
  /**
   * Whether pictures of the map that is kept stay where they are, and others are placed among them: of a run that has been
   * updated. Default false.
   */
  readonly keepsPlaces?: boolean;
  /** Whether a map that is kept is passed over; default false. */
  readonly isAnew?: boolean;
}

/**
 * The map of a run, from its folder if it is there, else computed and kept there as map.arrow, where that can be written.
 *
 * @param runPath the run's folder
 * @throws the signal's reason
 */
export async function openMap(
  runPath: string,
  collection: Collection,
  { onNotKept, keepsPlaces = false, isAnew = false, ...options }: OpenMapOptions = {},
): Promise<PictureMap> {
  const key = keyOf(collection, options.seed ?? 0);
  const kept = isAnew ? undefined : await readMap(runPath, key);
  if (kept !== undefined) return kept;
  const earlier = keepsPlaces && !isAnew ? await readEarlier(runPath) : undefined;
  const map = (earlier && (await placed(collection, earlier, options))) ?? (await computeMap(collection, options));
  const hashes = collection.pictures.map(({ hash = '' }) => hash);
  const { schema, batches } = mapTable(collection, map).assign(
    new Table({ hash: vectorFromArray(hashes, new Utf8()) }),
  );
  const table = new Table(
    new Schema(
      schema.fields,
      new Map([
        ['instdisc', key],
        ['sha256', digestOfMap(map)],
      ]),
    ),
    batches,
  );
  try {
    await writeFileAtomic(pathOf(runPath), tableToIPC(table, 'file'));
  } catch (error) {
    const refused = systemError(error);
    if (refused === undefined) throw error;
    onNotKept?.(refused);
  }
  return map;
}

/** The map that is kept in a run's folder, if it is of the collection's features as they are now. */
export async function keptMap(runPath: string, collection: Collection, seed = 0): Promise<PictureMap | undefined> {
  return readMap(runPath, keyOf(collection, seed));
}

async function readMap(runPath: string, key: string): Promise<PictureMap | undefined> {
  try {
    const table = tableFromIPC(await readFile(pathOf(runPath)));
    const { metadata } = table.schema;
    if (metadata.get('instdisc') !== key) return undefined;
    const map = mapOfTable(table);
    // Version 0.1 wrote no digest.
    return [undefined, digestOfMap(map)].includes(metadata.get('sha256')) ? { method: 'umap', ...map } : undefined;
  } catch {
    return undefined; // None is there, or it is damaged; it can be computed again.
  }
}

/** As the map of other pictures; undefined if there is none, or version 0.1 wrote it, or it is damaged. */
async function readEarlier(runPath: string): Promise<EarlierMap | undefined> {
  try {
    const table = tableFromIPC(await readFile(pathOf(runPath)));
    const hashes = table.getChild('hash');
    const map = mapOfTable(table);
    if (hashes === null || table.schema.metadata.get('sha256') !== digestOfMap(map)) return undefined;
    return { ...map, hashes: Array.from(hashes, String) };
  } catch {
    return undefined;
  }
}

async function placed(
  collection: Collection,
  earlier: EarlierMap,
  { seed = 0, neighbours: known, onProgress, signal }: MapOptions,
): Promise<PictureMap | undefined> {
  const found =
    known ??
    (await nearestOfEach(collection, NUM_AROUND, {
      onProgress: (done, of) => onProgress?.(done / of),
      ...(signal && { signal }),
    }));
  const hashes = collection.pictures.map(({ hash }) => hash);
  return placedMap(earlier, hashes, firstNeighbours(found, NUM_AROUND), seed);
}

/** SHA-256 of where the pictures are and what is said of them. */
function digestOfMap({ layout, cluster, density, outlier }: Omit<PictureMap, 'method'>): string {
  const digest = new Digest();
  for (const numbers of [layout, cluster, density, outlier]) digest.add(bytesOf(numbers));
  return digest.hex;
}

function pathOf(runPath: string): string {
  return join(runPath, 'map.arrow');
}

/** What a map is made from. */
function keyOf({ features, dim }: Collection, seed: number): string {
  const digest = new Digest();
  digest.add(Buffer.from(`${VERSION} ${seed} ${dim} `));
  digest.add(bytesOf(features));
  return digest.hex;
}
