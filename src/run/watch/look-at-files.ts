/** @file A look at the files below some paths: which there are, of what size and time. None is opened. */
import { stat } from 'node:fs/promises';
import { inOrder } from '../../core/in-order.js';
import { Exclusion } from '../../data/scan/exclusion.js';
import { openable } from '../../data/scan/file-name.js';
import type { ScanRules } from '../../data/scan/scan-rules.js';
import { walk } from '../../data/scan/walk.js';

/** Files asked about at once; they mostly wait for the disk. */
const IN_FLIGHT = 16;

/** Size and time of a file: another text whenever the file is another. */
export function fileVersion({ size, mtimeMs }: { readonly size: number; readonly mtimeMs: number }): string {
  return `${size} ${mtimeMs}`;
}

export interface FileLook {
  /** The version of each file, by path, pictures or not. */
  readonly files: ReadonlyMap<string, string>;
  /** All folders that were read. */
  readonly folders: readonly string[];
  /** Folders and links that could not be. */
  readonly unread: readonly string[];
}

/**
 * Looks where a training looks, by the same rules.
 *
 * @param paths absolute
 * @throws {DataError} if one of them does not exist
 * @throws the signal's reason
 */
export async function lookAtFiles(paths: readonly string[], rules: ScanRules, signal?: AbortSignal): Promise<FileLook> {
  const files = new Map<string, string>();
  const [folders, unread]: [string[], string[]] = [[], []];
  const found = walk(paths, new Exclusion(rules), {
    onSkip: ({ path }) => unread.push(path),
    onAlias: () => undefined,
    onFolder: (path) => folders.push(path),
  });
  const ask = async ({ path }: { readonly path: string }): Promise<readonly [string, string] | undefined> => {
    // It may have gone since it was listed.
    const facts = await stat(openable(path)).catch(() => undefined);
    return facts && [path, fileVersion(facts)];
  };
  for await (const entry of inOrder(found, IN_FLIGHT, ask, signal)) if (entry !== undefined) files.set(...entry);
  return { files, folders, unread };
}
