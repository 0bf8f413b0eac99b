/**
 * @file Names that people have given clusters of the map, in `clusters.json` of the run: shared by all who open it, and by
 * the command line. A name is of pictures, known by the SHA-256 of their bytes, so that it holds when clusters are found anew.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { SharedJson } from '../../store/files/shared-json.js';
import type { Collection, CollectionPicture } from '../collection.js';

const fileSchema = z.object({
  version: z.literal(1),
  /** In the order in which they were named. */
  clusters: z.array(z.object({ name: z.string(), pictures: z.array(z.string()).min(1) })),
});
type ClustersFile = z.infer<typeof fileSchema>;
type NamedCluster = ClustersFile['clusters'][number];

/** Pictures of a cluster that its name is remembered with, at most. */
const NUM_KNOWN_BY = 100;

export interface Cluster {
  readonly cluster: number;
  readonly name: string | null;
  readonly numPictures: number;
  /** The row that is nearest to the mean of all of its features. */
  readonly typical: number;
}

/** Names by the numbers of clusters: each goes to the one that has most of its pictures, half of those that are there. */
export async function clusterNames(
  runPath: string,
  { pictures }: Pick<Collection, 'pictures'>,
  cluster: Int32Array,
): Promise<Map<number, string>> {
  const { clusters } = await fileOf(runPath).read();
  return clusters.length === 0 ? new Map() : named(clusters, clusterFinder(pictures, cluster));
}

/**
 * Gives a cluster a name in place of the one it has; null takes that away.
 *
 * @param cluster int32[n], the cluster of each row, −1 for none
 */
export async function nameCluster(
  runPath: string,
  { pictures }: Pick<Collection, 'pictures'>,
  cluster: Int32Array,
  number: number,
  name: string | null,
): Promise<void> {
  const find = clusterFinder(pictures, cluster);
  const rows = Array.from(cluster.keys()).filter((row) => cluster[row] === number);
  const every = Math.ceil(rows.length / NUM_KNOWN_BY);
  const knownBy = rows.filter((_, i) => i % every === 0).map((row) => contentOf(pictures[row]!));
  await fileOf(runPath).update(({ clusters }) => ({
    version: 1,
    clusters: [
      ...clusters.filter(({ pictures }) => find(pictures) !== number),
      ...(name === null ? [] : [{ name, pictures: knownBy }]),
    ],
  }));
}

/** All clusters, the largest first. */
export function clustersOf(
  { features, dim }: Pick<Collection, 'features' | 'dim'>,
  cluster: Int32Array,
  names: ReadonlyMap<number, string>,
): Cluster[] {
  const rowsOf = new Map<number, number[]>();
  for (const [row, number] of cluster.entries()) {
    const rows = rowsOf.get(number);
    if (rows !== undefined) rows.push(row);
    else if (number >= 0) rowsOf.set(number, [row]);
  }
  const feature = (row: number): Float32Array => features.subarray(row * dim, (row + 1) * dim);
  return Array.from(rowsOf, ([number, rows]) => {
    const sum = new Float64Array(dim);
    for (const row of rows) for (const [i, value] of feature(row).entries()) sum[i]! += value;
    const closeness = rows.map((row) => feature(row).reduce((product, value, i) => product + value * sum[i]!, 0));
    const typical = rows[closeness.indexOf(closeness.reduce((a, b) => Math.max(a, b)))]!;
    return { cluster: number, name: names.get(number) ?? null, numPictures: rows.length, typical };
  }).sort((a, b) => a.cluster - b.cluster);
}

function named(clusters: readonly NamedCluster[], find: (contents: readonly string[]) => number): Map<number, string> {
  const names = new Map(clusters.map(({ name, pictures }) => [find(pictures), name]));
  names.delete(NONE);
  return names;
}

const NONE = -1;
/** Where the bytes are not known, the path has to do. */
const contentOf = ({ id, hash }: CollectionPicture): string => hash ?? `path ${id}`;

/** Finds the cluster that has at least half of those of some pictures that are there; −1 if none does. */
function clusterFinder(
  pictures: readonly CollectionPicture[],
  cluster: Int32Array,
): (contents: readonly string[]) => number {
  const clusterOf = new Map(pictures.map((picture, row) => [contentOf(picture), cluster[row]!]));
  return (contents) => {
    const there = contents.filter((content) => clusterOf.has(content)).map((content) => clusterOf.get(content)!);
    const counts = new Map<number, number>();
    for (const number of there) counts.set(number, (counts.get(number) ?? 0) + 1);
    const [number = NONE, count = 0] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [];
    return 2 * count >= there.length ? number : NONE;
  };
}

function fileOf(runPath: string): SharedJson<ClustersFile> {
  return new SharedJson(join(runPath, 'clusters.json'), fileSchema, { version: 1, clusters: [] });
}
