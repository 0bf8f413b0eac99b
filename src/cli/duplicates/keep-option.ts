/** @file `--keep` and `--reference` of `instdisc duplicates`. */

import { KEEP_RULES, type KeepRule, keepUnder } from '../../collection/duplicates/keep-rules.js';
import { ArgumentError, DataError } from '../../core/errors.js';
import { realPath } from '../../data/scan/file-name.js';

const NAMES = [...KEEP_RULES.map(({ name }) => name), 'under DIR'];

/**
 * The rules that the words after `--keep` are.
 *
 * @throws {ArgumentError} if one is none
 * @throws {DataError} if a folder is not there
 */
export async function keepRules(words: readonly string[]): Promise<readonly KeepRule[]> {
  const rules: KeepRule[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const known = KEEP_RULES.find(({ name }) => name === word);
    if (known !== undefined) rules.push(known);
    else if (word === 'under' && i + 1 < words.length) rules.push(keepUnder(await existingFolder('keep', words[++i]!)));
    else {
      throw new ArgumentError(
        `--keep: expected ${NAMES.join(', ')}, got '${word}'. What comes after --keep up to the next option is taken for rules: give the run before it.`,
      );
    }
  }
  return rules;
}

/** @returns without links, as pictures are compared with it */
export async function existingFolder(option: string, path: string): Promise<string> {
  return realPath(path).catch(() => {
    throw new DataError(`--${option}: expected a folder that is there, got ${path}. Check the path.`);
  });
}
