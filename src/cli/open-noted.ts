/** @file Opens a run for a command. */
import { openRun, type TrainedRun } from '../run/open-run.js';
import type { DeviceOptions } from './options.js';
import type { Output } from './output.js';

/** Opens a run, and notes beside the answer what of it is damaged and what is used instead; throws as `openRun` does. */
export function openNoted(path: string, { device, threads }: DeviceOptions, output: Output): Promise<TrainedRun> {
  return openRun(path, {
    ...(device && { device }),
    ...(threads !== undefined && { threads }),
    onDamage: ({ message }) => output.note(message),
  });
}
