/** @file Follows a run from outside its training: what is new in its folder, as events. */
import { setTimeout as sleep } from 'node:timers/promises';
import { RunFolder } from '../store/run-folder/run-folder.js';
import type { MapStatus, Run } from './api.js';
import { type EpochMetrics, type LiveEvents, Progress } from './live-api.js';
import type { Service } from './run-service.js';
import { isInTraining, runState } from './run-state.js';

/** Something that happened, under the name it has in LiveEvents. */
export type LiveEvent =
  | { readonly name: 'state'; readonly value: LiveEvents['state'] }
  | { readonly name: 'epoch'; readonly value: EpochMetrics }
  | { readonly name: 'progress'; readonly value: Progress }
  | { readonly name: 'map'; readonly value: MapStatus };

export interface FollowOptions {
  /** The last epoch already known; 0 for none. */
  readonly after: number;
  /** Aborted, the events end. */
  readonly signal: AbortSignal;
  /** Where features come from, if there are any. */
  readonly featureSource?: () => Promise<Run['source'] | undefined>;
  /** The number of the last update of the pictures that are answered from; 0 for none. */
  readonly lastUpdate?: () => Promise<number | undefined>;
  /** How far the map is, if there is one. */
  readonly mapStatus?: () => Promise<MapStatus | undefined>;
  /** How often to look; default once a second. */
  readonly intervalMs?: number;
}

/**
 * Everything that is the case, then everything that comes about. It looks instead of waiting to be told: file systems
 * tell of changes in too many ways, and a look at four small files a second costs nothing.
 */
export async function* followRun(
  path: string,
  service: Pick<Service, 'metrics'>,
  { after, signal, featureSource, lastUpdate, mapStatus, intervalMs = 1000 }: FollowOptions,
): AsyncGenerator<LiveEvent> {
  const isNew = changeDetector();
  let lastEpoch = after;
  let state: Run['state'] | undefined;
  while (!signal.aborted) {
    // Anew each time: an update changes where what is of its pictures lies.
    const folder = await RunFolder.open(path);
    const isTraining = await isInTraining(folder);
    const checkpoint = await folder.latestCheckpoint();
    if (isNew('log', [isTraining, checkpoint, await folder.logVersion()])) {
      state = await runState(path);
      if (isNew('state', state)) yield { name: 'state', value: { state } };
      const records = await service.metrics();
      // A training that was killed and resumed goes back to its checkpoint and logs some epochs again.
      lastEpoch = Math.min(lastEpoch, records.at(-1)?.epoch ?? 0);
      for (const value of records.filter(({ epoch }) => epoch > lastEpoch)) {
        yield { name: 'epoch', value };
        lastEpoch = value.epoch;
      }
    }
    const progress = isTraining ? Progress.safeParse(await folder.readProgress()).data : undefined;
    if (progress !== undefined && isNew('progress', progress)) yield { name: 'progress', value: progress };
    const source = await featureSource?.();
    if (source !== undefined && isNew('source', source)) yield { name: 'state', value: { state: state!, source } };
    const update = (await lastUpdate?.()) ?? 0;
    if (isNew('update', update) && update > 0) yield { name: 'state', value: { state: state!, update } };
    const map = await mapStatus?.();
    if (map !== undefined && isNew('map', map)) yield { name: 'map', value: map };
    await sleep(intervalMs, undefined, { signal }).catch(() => undefined);
  }
}

/** @returns whether a thing is another than the last time it was looked at */
function changeDetector(): (thing: LiveEvent['name'] | 'log' | 'source' | 'update', value: unknown) => boolean {
  const seen = new Map<string, string>();
  return (thing, value) => {
    const text = JSON.stringify(value);
    if (seen.get(thing) === text) return false;
    seen.set(thing, text);
    return true;
  };
}
