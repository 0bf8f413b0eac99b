/** @file Reads the documents. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param document its path from the root of the repository */
export function read(document: string): string {
  return readFileSync(join(import.meta.dirname, '../..', document), 'utf8');
}

/** Its text without line breaks, so that a phrase is found however it is wrapped. */
export function flat(document: string): string {
  return read(document).replace(/\s+/g, ' ');
}
