/** @file Which pictures of a run are new: rows that came last are the last. */
import type { Run } from '../../source/source.ts';

/**
 * The first of the rows that no training has seen; where one has seen all of them, the first that came with the last update.
 * The number of pictures, if there are none, or rows are those of an index.
 */
export function firstNewRow({ numPictures, source, updates }: Pick<Run, 'numPictures' | 'source' | 'updates'>): number {
  const last = updates.at(-1);
  if (last === undefined || source === 'index') return numPictures;
  return Math.min(last.numLearnt, last.numPictures - last.added - last.changed);
}
