/** @file The folder the demo leaves behind. */
import { existsSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../../core/errors.js';
import { makeFolder } from '../../store/files/make-folder.js';

/** Says that a folder is the demo's, so that nothing else is ever replaced. */
const MARK = 'made-by-instdisc-demo.txt';

export interface DemoFolder {
  readonly train: string;
  readonly test: string;
  readonly run: string;
  /** A run that learns nothing: the encoder as it is before training. */
  readonly untrained: string;
  readonly montage: string;
  readonly page: string;
}

/**
 * Makes the folder, or empties the one of an earlier demo.
 *
 * @throws {DataError} if there is something else in it
 */
export async function makeDemoFolder(path: string): Promise<DemoFolder> {
  if (existsSync(path) && !existsSync(join(path, MARK)) && (await readdir(path)).length > 0) {
    throw new DataError(
      `${path}: expected a new folder or that of an earlier demo, got other files in it. Give another --out.`,
    );
  }
  const folder = {
    train: join(path, 'pictures', 'train'),
    test: join(path, 'pictures', 'test'),
    run: join(path, 'run'),
    untrained: join(path, 'untrained'),
    montage: join(path, 'neighbours.png'),
    page: join(path, 'index.html'),
  };
  for (const part of Object.values(folder)) await rm(part, { recursive: true, force: true });
  await makeFolder(path);
  await writeFile(join(path, MARK), 'Everything in this folder is replaced when the demo runs again.\n');
  return folder;
}
