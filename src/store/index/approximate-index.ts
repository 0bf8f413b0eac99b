/** @file What LanceDB needs to search many pictures approximately. */
import type { IvfPqOptions, Table } from '@lancedb/lancedb';
import { loadLance } from './lance.js';

/** From so many pictures on an approximate search is prepared: below, nobody notices how long an exact one takes. */
export const APPROXIMATE_FROM = 200_000;

/** The name LanceDB gives it. */
const APPROXIMATE = 'feature_idx';

/** How thorough an approximate search is: partitions looked at, and candidates a result that are compared exactly. */
export const PROBES = 40;
export const REFINE = 20;

/**
 * How an approximate index is made: with a quarter of LanceDB's samples and iterations. As candidates are compared
 * exactly, partitions and codes may be rough; docs/index.md says what is found.
 */
function partitions(dim: number): Partial<IvfPqOptions> {
  return {
    distanceType: 'cosine',
    sampleRate: 64,
    maxIterations: 12,
    ...(dim % 8 === 0 && { numSubVectors: dim / 8 }),
  };
}

/** Makes it, unless there is one that most pictures are in. */
export async function prepareApproximate(table: Table, dim: number): Promise<void> {
  const stats = await table.indexStats(APPROXIMATE);
  // Partitions are learned from the pictures there are: once most are new, they are learned anew.
  if (stats !== undefined && stats.numUnindexedRows <= stats.numIndexedRows) return;
  const { Index } = await loadLance();
  await table.createIndex('feature', { config: Index.ivfPq(partitions(dim)) });
}

export async function dropApproximate(table: Table): Promise<void> {
  if ((await table.indexStats(APPROXIMATE)) !== undefined) await table.dropIndex(APPROXIMATE);
}
