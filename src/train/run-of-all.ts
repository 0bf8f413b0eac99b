/** @file The run folder, opened by all ranks. */
import { isDeepStrictEqual } from 'node:util';
import { RunError } from '../core/errors.js';
import { type Communicator, fromFirst } from '../machines/communicator.js';
import { RunFolder } from '../store/run-folder/run-folder.js';

/**
 * Has rank 0 open a run folder, which it locks, and all others read it.
 *
 * @throws {RunError} if one of them does not see it
 */
export async function openOnAll(
  machines: Communicator,
  path: string,
  open: () => Promise<RunFolder>,
): Promise<RunFolder> {
  const own = machines.rank === 0 ? await open() : undefined;
  const config = await fromFirst(machines, own?.config);
  if (own !== undefined) return own;
  const seen = await RunFolder.open(path).catch(() => undefined);
  if (seen !== undefined && isDeepStrictEqual(seen.config, config)) return seen;
  throw new RunError(
    `${path}: expected a run folder on a disk that all machines share, got ${seen ? 'another' : 'none'} on ${machines.host}.`,
  );
}
