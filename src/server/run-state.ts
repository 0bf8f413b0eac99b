/** @file Whether a run is being trained, and if not, whether it came to its end. */

import { numEpochs } from '../method/schedule.js';
import { parseRunConfig } from '../run/config.js';
import { scheduleStart } from '../run/run-update.js';
import { RunFolder } from '../store/run-folder/run-folder.js';
import type { Run } from './api.js';

export async function runState(path: string): Promise<Run['state']> {
  const folder = await RunFolder.open(path);
  if (await isInTraining(folder)) return 'training';
  const config = parseRunConfig(folder.config, path);
  const { settings, network } = config;
  if (network?.use === 'adopted') return 'finished';
  const last = (await folder.readLog()).at(-1) as { readonly epoch?: number } | undefined;
  return last?.epoch === scheduleStart(config).firstEpoch + numEpochs(settings) ? 'finished' : 'stopped';
}

/** What a process of this one writes are new rows, of which nobody has to wait for the end (watch/watcher.ts). */
export async function isInTraining(folder: RunFolder): Promise<boolean> {
  const holder = await folder.lockedBy();
  return holder !== undefined && holder.parent !== process.pid;
}
