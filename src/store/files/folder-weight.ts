/** @file What the files of a folder weigh. */
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes of all files below a folder; 0 if it is not there. */
export async function weightOf(folder: string): Promise<number> {
  let sum = 0;
  if (!existsSync(folder)) return sum;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) sum += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return sum;
}
