/** @file From which paths an index was made, so that it can be brought to what is there later: a list beside its tables. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { RunError } from '../../core/errors.js';
import { readingOf } from '../../core/system-errors.js';
import { writeFileAtomic } from '../files/atomic.js';
import { isLocal } from './index-address.js';

const schema = z.array(
  z.object({
    /** Absolute. */
    paths: z.array(z.string()),
    /** Words for what is left out beside what the run leaves out. */
    exclude: z.array(z.string()),
    /** The CSV file with their labels, absolute; left out where folders give them. */
    labels: z.string().optional(),
    /** Whether all folders of the run were among them: then those that come to the run do so to the index. */
    isOfRun: z.boolean(),
  }),
);

/** What one `index` was told to look at. */
export type IndexedPaths = z.infer<typeof schema>[number];

/**
 * What an index was made from, the latest last.
 *
 * @returns empty for one in an object store, or of an earlier version, which do not say
 * @throws {RunError} if the list is damaged
 */
export async function indexedPaths(address: string): Promise<readonly IndexedPaths[]> {
  const path = listPath(address);
  if (!isLocal(address) || !existsSync(path)) return [];
  const text = await readingOf(path, readFile(path, 'utf8'));
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new RunError(
      `${path}: expected a list of paths, got ${text.slice(0, 80)}. Delete it, and index the same paths again.`,
      { cause: error },
    );
  }
}

/**
 * Remembers what an index on this machine is being made from, in place of what was said of the same paths before.
 *
 * @param made undefined to remember nothing of the paths
 */
export async function rememberIndexed(
  address: string,
  paths: readonly string[],
  made: IndexedPaths | undefined,
): Promise<void> {
  if (!isLocal(address)) return;
  const before = await indexedPaths(address);
  const others = before.filter((other) => !other.paths.every((path) => paths.includes(path)));
  const now = made === undefined ? others : [...others, made];
  if (JSON.stringify(now) !== JSON.stringify(before)) {
    await writeFileAtomic(listPath(address), `${JSON.stringify(now)}\n`);
  }
}

/** Remembers other places of what an index is made from; `moved` says of a path where it is now, if that is elsewhere. */
export async function moveIndexed(address: string, moved: (path: string) => string | undefined): Promise<void> {
  const made = await indexedPaths(address);
  if (made.length === 0) return;
  const now = made.map(({ labels, ...each }) => ({
    ...each,
    paths: each.paths.map((path) => moved(path) ?? path),
    ...(labels !== undefined && { labels: moved(labels) ?? labels }),
  }));
  await writeFileAtomic(listPath(address), `${JSON.stringify(now)}\n`);
}

function listPath(address: string): string {
  return join(address, 'paths.json');
}
