/** @file Files that were left out, and why. */
import type { Skipped } from '../data/index.js';
import type { Output } from './output.js';
import { paint } from './output.js';
import { plural, shortPath } from './words.js';

const SHOWN = 10;

/**
 * Lists the first of them.
 *
 * @param where the others can be read
 */
export function showSkipped(output: Output, skipped: readonly Skipped[], where: string): void {
  if (skipped.length === 0) return;
  output.line(paint('yellow', `${plural(skipped.length, 'file')} skipped:`));
  for (const { path, reason } of skipped.slice(0, SHOWN)) output.line(`  ${shortPath(path)}: ${reason}`);
  if (skipped.length > SHOWN) output.line(`  and ${skipped.length - SHOWN} more, all in ${where}`);
}
