/** @file A log of JSON values, one a line, that is only ever appended to. A line counts once its newline is written. */

import { appendFile, readFile } from 'node:fs/promises';
import { DamageError } from '../../core/errors.js';
import { withPath } from '../../core/system-errors.js';
import { writeFileAtomic } from './atomic.js';

/** Adds one record; the file is made if there is none. */
export async function appendJsonLine(path: string, record: object): Promise<void> {
  try {
    await appendFile(path, `${JSON.stringify(record)}\n`);
  } catch (error) {
    throw withPath(error, path);
  }
}

/**
 * Reads all records. A last line that a crash has torn is left out; a file that is not there has no records.
 *
 * @throws {DamageError} if a line before the last is no object in JSON
 */
export async function readJsonLines(path: string): Promise<object[]> {
  return (await wholeLines(path)).map((line, i) => {
    const record = parse(line);
    if (typeof record === 'object' && record !== null) return record;
    throw new DamageError(
      `${path}, line ${i + 1}: expected an object in JSON, got ${line.slice(0, 80)}; remove the line`,
    );
  });
}

/**
 * Cuts the log after the records at its beginning for which `isKept` holds, and removes a torn last line, so that
 * more can be appended.
 */
export async function truncateAfter(path: string, isKept: (record: unknown) => boolean): Promise<void> {
  const records = await readJsonLines(path);
  const firstDropped = records.findIndex((record) => !isKept(record));
  const kept = firstDropped < 0 ? records : records.slice(0, firstDropped);
  await writeFileAtomic(path, jsonLinesOf(kept));
}

/** Values as such a file has them. */
export function jsonLinesOf(values: readonly object[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function wholeLines(path: string): Promise<string[]> {
  try {
    return (await readFile(path, 'utf8')).split('\n').slice(0, -1);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw withPath(error, path);
  }
}
