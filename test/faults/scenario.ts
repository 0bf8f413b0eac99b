/** @file What a command does that faults are put into: its beginning, its words, and what must come of it. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Host } from './hosts.js';

/**
 * What a command leaves, piece by piece: each must be whole, so that it is always the old one or the new one. Names of
 * pieces are free; the values are digests, or what tells that a piece cannot be used.
 */
export type Pieces = Readonly<Record<string, string>>;

export interface Scenario {
  readonly name: string;
  /** Makes what is there before, in `work`, an empty folder that always has the same path. */
  prepare(host: Host, work: string): Promise<void>;
  args(work: string): readonly string[];
  /** What a user types afterwards to get it done; default the same. */
  repeat?(work: string): readonly string[];
  pieces(work: string): Promise<Pieces>;
  /** Commands that read what was written, and must answer as they would have or say why not; default none. */
  readers?(work: string): readonly (readonly string[])[];
  /** Whether bytes that change on their way to this file could be noticed: it is read again by this program. */
  isReadBack?(path: string): boolean;
}

export function digest(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}

/** The digest of a file, or of all files in a folder with their names; `none` where nothing is. */
export function digestOf(path: string): string {
  if (!existsSync(path)) return 'none';
  if (!statSync(path).isDirectory()) return digest(readFileSync(path));
  const lines = filesBelow(path).map((file) => `${relative(path, file)} ${digest(readFileSync(file))}`);
  return digest(lines.join('\n'));
}

/** All files below a folder, sorted. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
