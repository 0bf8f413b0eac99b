/** @file Whether a run is being trained, and if not, whether it came to its end. */

import { numEpochs } from '../method/schedule.js';
import { parseRunConfig } from '../run/config.js';
import { RunFolder } from '../store/run-folder/run-folder.js';
import type { Run } from './api.js';

export async function runState(path: string): Promise<Run['state']> {
  const folder = await RunFolder.open(path);
  if (await folder.isLocked()) return 'training';
  const { settings, network } = parseRunConfig(folder.config, path);
  if (network?.use === 'adopted') return 'finished';
  const last = (await folder.readLog()).at(-1) as { readonly epoch?: number } | undefined;
  return last?.epoch === numEpochs(settings) ? 'finished' : 'stopped';
}
