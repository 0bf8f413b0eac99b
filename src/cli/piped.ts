/** @file Pictures that come through a pipe: as files, for as long as they are asked about. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ArgumentError, DataError } from '../core/errors.js';
import { openable } from '../data/scan/file-name.js';

/** As everywhere on a command line. */
const STANDARD_INPUT = '-';

/**
 * Gives names in whose place there are files: of standard input, and of what can be read only once, as a shell makes it of
 * `<(curl …)`. They are gone afterwards.
 *
 * @param use given the paths, in the order of the names, and what each of these files was called
 * @throws {ArgumentError} if standard input is named twice, or is a terminal
 * @throws {DataError} if nothing comes
 */
export async function withPiped<Result>(
  names: readonly string[],
  use: (paths: readonly string[], calledOf: (path: string) => string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'instdisc-'));
  try {
    const called = new Map<string, string>();
    const paths: string[] = [];
    if (names.filter((name) => name === STANDARD_INPUT).length > 1) {
      throw new ArgumentError('-: expected standard input once, as it can be read only once, got it several times.');
    }
    for (const [i, name] of names.entries()) {
      paths.push((await isPipe(name)) ? await copied(name, join(folder, String(i)), called) : name);
    }
    return await use(paths, (path) => called.get(path) ?? path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function isPipe(name: string): Promise<boolean> {
  if (name === STANDARD_INPUT) return true;
  const stats = await stat(openable(name)).catch(() => undefined);
  return stats !== undefined && (stats.isFIFO() || stats.isSocket() || stats.isCharacterDevice());
}

async function copied(name: string, path: string, called: Map<string, string>): Promise<string> {
  const isStandard = name === STANDARD_INPUT;
  if (isStandard && process.stdin.isTTY) {
    throw new ArgumentError(
      '-: expected a picture on standard input, got a terminal. For example: curl https://… | instdisc search runs/pictures -',
    );
  }
  await pipeline(isStandard ? process.stdin : createReadStream(openable(name)), createWriteStream(path));
  if ((await stat(path)).size === 0) throw new DataError(`${name}: expected a picture through the pipe, got nothing.`);
  called.set(path, name);
  return path;
}
