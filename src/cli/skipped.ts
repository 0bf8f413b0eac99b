/** @file Files that were left out, and why; and those that count but not as one may think. */

import { plural } from '../core/format.js';
import { READINGS, type ReadingCount } from '../data/decode/readings.js';
import type { Alias, Skipped } from '../data/picture.js';
import type { Excluded } from '../data/scan/exclusion.js';
import type { Output } from './output.js';
import { paint } from './output.js';
import { shortPath } from './words.js';

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

/**
 * Tells what was left out by name, and which words of this very command leave out nothing.
 *
 * @param asked these words; default all but the usual
 */
export function showExcluded(output: Output, excluded: readonly Excluded[], asked?: readonly string[]): void {
  const found = excluded.filter(({ example }) => example !== undefined);
  if (found.length > 0) {
    const told = found.map(({ word, numFiles, numFolders }) => {
      const counts = [
        ...(numFolders > 0 ? [plural(numFolders, 'folder')] : []),
        ...(numFiles > 0 ? [plural(numFiles, 'file')] : []),
      ];
      return `${counts.join(' and ')} by ${word}`;
    });
    output.line(`${paint('yellow', 'Left out:')} ${told.join(', ')}; e.g. ${shortPath(found[0]!.example!)}`);
    const usual = found.find(({ word, isUsual }) => isUsual && !word.startsWith('.'));
    if (usual)
      output.line(
        paint(
          'dim',
          `  What systems leave among pictures is left out unasked; --exclude '!${usual.word}' takes it back.`,
        ),
      );
  }
  const idle = excluded.filter(({ isUsual, example }, i) => {
    const isAsked = asked === undefined || i >= excluded.length - asked.length;
    return !isUsual && example === undefined && isAsked;
  });
  for (const { word } of idle) {
    if (word.startsWith('!')) continue;
    output.line(paint('yellow', `--exclude ${word} has left out nothing: no file or folder is called so.`));
  }
}

/** Tells how pictures were read that are not simply colours. */
export function showReadings(output: Output, readings: readonly ReadingCount[]): void {
  for (const { reading, count, example } of readings) {
    output.line(`${paint('yellow', plural(count, 'picture'))} ${READINGS[reading]}; e.g. ${shortPath(example)}`);
  }
}

/** Tells which links lead to pictures that are there already. */
export function showAliases(output: Output, aliases: readonly Alias[]): void {
  const [first] = aliases;
  if (first === undefined) return;
  const example = `${shortPath(first.path)} to ${shortPath(first.of)}`;
  const links = plural(aliases.length, 'link');
  output.line(`${paint('yellow', links)} to what counts already under another name; e.g. ${example}`);
}
