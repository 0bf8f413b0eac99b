/** @file The map, out of an Arrow IPC stream or file. */
import { tableFromIPC } from 'apache-arrow';
import type { MAP_COLUMNS } from '../../../src/server/api.ts';
import { type MapData, SourceError } from './source.ts';

/** @throws {SourceError} if a column is missing */
export function readMap(bytes: ArrayBuffer): MapData {
  const table = tableFromIPC(new Uint8Array(bytes));
  const column = (name: (typeof MAP_COLUMNS)[number]): ArrayLike<never> => {
    const values = table.getChild(name)?.toArray();
    if (values === undefined) throw new SourceError(`map: expected a column '${name}', got none.`, 0);
    return values as ArrayLike<never>;
  };
  return {
    names: Array.from(column('name')),
    labels: Int32Array.from(column('label')),
    x: Float32Array.from(column('x')),
    y: Float32Array.from(column('y')),
    clusters: Int32Array.from(column('cluster')),
    clusterNames: namesOf(table.schema.metadata.get('clusterNames')),
    density: Float32Array.from(column('density')),
    outlier: Float32Array.from(column('outlier')),
  };
}

function namesOf(json = '{}'): ReadonlyMap<number, string> {
  return new Map(Object.entries(JSON.parse(json) as Record<string, string>).map(([id, name]) => [Number(id), name]));
}
