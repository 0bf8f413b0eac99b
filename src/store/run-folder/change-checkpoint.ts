/** @file A checkpoint with another bank and state, and all else as it was. */
import { copyFile, link, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readingOf } from '../../core/system-errors.js';
import { digestOf } from '../files/digest.js';
import { makeFolder } from '../files/make-folder.js';
import { writeSafetensors } from '../tensors/safetensors.js';
import type { WritableTensors } from '../tensors/tensor.js';
import { DIGESTS, partFile, readDigests, STATE, writeState } from './checkpoint.js';
import { checkpointPath } from './checkpoints.js';

export interface CheckpointChange {
  readonly bank: WritableTensors;
  /** Any JSON value. */
  readonly state: unknown;
}

/**
 * Writes a checkpoint of the same step into another folder. Files that stay the same are linked to where that is possible,
 * and are believed to be what their digests say: who reads them sees whether they are.
 *
 * @param from, to folders of checkpoints
 */
export async function changeCheckpoint(
  from: string,
  to: string,
  step: number,
  { bank, state }: CheckpointChange,
): Promise<void> {
  const [before, after] = [checkpointPath(from, step), checkpointPath(to, step)];
  await makeFolder(after);
  const digests: Record<string, string> = { ...(await readDigests(before)) };
  const changed = [partFile('bank'), STATE, DIGESTS];
  for (const name of (await readdir(before)).filter((each) => !changed.includes(each))) {
    const [source, target] = [join(before, name), join(after, name)];
    await link(source, target).catch(() => copyFile(source, target));
    // Version 0.1 wrote none.
    digests[name] ??= digestOf(await readingOf(target, readFile(target)));
  }
  digests[partFile('bank')] = await writeSafetensors(join(after, partFile('bank')), bank);
  await writeState(after, state, digests);
}
