/** @file What `map` does with clusters: names them, lists them, writes which pictures they have. */
import type { Collection } from '../../collection/collection.js';
import { type Cluster, clusterNames, clustersOf, nameCluster } from '../../collection/map/cluster-names.js';
import type { CsvRow } from '../../core/csv-write.js';
import { ArgumentError } from '../../core/errors.js';
import { formatCount } from '../../core/format.js';
import { printable } from '../../core/printable.js';
import type { Output } from '../output.js';

export const CLUSTER_COLUMNS = ['cluster', 'name', 'path', 'label'] as const;

/** `3=Sunsets`, where clusters count from 1 as they do on the page; no name takes it away. */
export interface NameGiven {
  readonly number: number;
  readonly name: string | null;
}

export function parseName(text: string, others: readonly NameGiven[] = []): readonly NameGiven[] {
  const [, number, name] = /^(\d+)=(.*)$/s.exec(text) ?? [];
  if (number === undefined) throw new ArgumentError(`--name: expected number=name, as 3=Sunsets, got '${text}'.`);
  return [...others, { number: Number(number), name: name!.trim() || null }];
}

/**
 * Names clusters, and gives all of them.
 *
 * @param cluster int32[n], by row
 * @throws {ArgumentError} if one is named that is not there
 */
export async function namedClusters(
  runPath: string,
  collection: Collection,
  cluster: Int32Array,
  given: readonly NameGiven[],
): Promise<Cluster[]> {
  const numClusters = cluster.reduce((most, number) => Math.max(most, number + 1), 0);
  for (const { number } of given) {
    if (number < 1 || number > numClusters) {
      throw new ArgumentError(`--name: expected a cluster from 1 to ${numClusters}, got ${number}.`);
    }
  }
  for (const { number, name } of given) await nameCluster(runPath, collection, cluster, number - 1, name);
  return clustersOf(collection, cluster, await clusterNames(runPath, collection, cluster));
}

export function showClusters(output: Output, clusters: readonly Cluster[], { pictures }: Collection): void {
  for (const { cluster, name, numPictures, typical } of clusters) {
    const title = `${cluster + 1}${name === null ? '' : ` ${printable(name)}`}`;
    output.line(`cluster ${title}: ${formatCount(numPictures)}, such as ${printable(pictures[typical]!.name)}`);
  }
}

/** As `--json` gives them, and counting as on the page. */
export function clustersReport(clusters: readonly Cluster[], { pictures }: Collection): readonly object[] {
  return clusters.map(({ cluster, typical, ...rest }) => ({
    cluster: cluster + 1,
    ...rest,
    typical: pictures[typical]!.id,
  }));
}

/** A line for each picture of a cluster, by CLUSTER_COLUMNS. */
export function clustersTable(clusters: readonly Cluster[], { pictures }: Collection, cluster: Int32Array): CsvRow[] {
  const nameOf = new Map(clusters.map(({ cluster, name }) => [cluster, name ?? '']));
  return Array.from(pictures.keys())
    .filter((row) => cluster[row]! >= 0)
    .sort((a, b) => cluster[a]! - cluster[b]! || a - b)
    .map((row) => [cluster[row]! + 1, nameOf.get(cluster[row]!), pictures[row]!.id, pictures[row]!.label ?? '']);
}
