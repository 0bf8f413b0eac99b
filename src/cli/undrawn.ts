/** @file Says so where a drawing lacks pictures. */
import { plural } from '../core/format.js';
import type { Skipped } from '../data/picture.js';
import type { Output } from './output.js';

/** Notes how many could not be drawn, and of the first of them why; nothing if all were. */
export function noteUndrawn(output: Output, undrawn: readonly Skipped[]): void {
  const [first] = undrawn;
  if (first === undefined) return;
  const numPictures = new Set(undrawn.map(({ path }) => path)).size;
  output.note(
    `${plural(numPictures, 'picture')} could not be drawn, and left a place empty; e.g. ${first.path}: ${first.reason}`,
  );
}
