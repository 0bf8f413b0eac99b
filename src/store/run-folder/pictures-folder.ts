/**
 * @file Where what is of a run's pictures lies: in the run folder itself, and after an update in `update-1`, `update-2`, … in
 * it. Which of them counts, the configuration says, by the number of its last update: nothing else has to be known of it here.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

export const CACHE = 'cache';
export const CHECKPOINTS = 'checkpoints';
export const FEATURES = 'features.safetensors';
export const SKIPPED = 'skipped.jsonl';
/** Of the pictures that a run began with. */
const OF_FIRST = [
  ...[CACHE, `${CACHE}.partial`, CHECKPOINTS, FEATURES, 'features.partial', SKIPPED],
  ...['crops.safetensors', 'crops.safetensors.partial'],
];
const OF_UPDATE = /^update-\d+$/;

const updated = z.object({ updates: z.array(z.object({ number: z.int().positive() })).min(1) });

/** The folder with cache, checkpoints and features of the pictures that a configuration is of. */
export function picturesPath(path: string, config: unknown): string {
  const { data } = updated.safeParse(config);
  return data === undefined ? path : join(path, `update-${data.updates.at(-1)!.number}`);
}

/** Removes what is of other pictures than those that count, which an update that is over, or came to nothing, has left. */
export async function removeOtherPictures(path: string, counts: string): Promise<void> {
  const isOther = (name: string): boolean =>
    OF_UPDATE.test(name) ? join(path, name) !== counts : counts !== path && OF_FIRST.includes(name);
  for (const name of (await readdir(path)).filter(isOther)) {
    await rm(join(path, name), { recursive: true, force: true });
  }
}
