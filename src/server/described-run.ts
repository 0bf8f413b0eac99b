/** @file What a client is told of a run as a whole. */
import { basename, resolve } from 'node:path';
import type { Collection } from '../collection/collection.js';
import { openCache } from '../data/cache/cache.js';
import type { Counts } from '../method/losses/loss.js';
import { numEpochs } from '../method/schedule.js';
import { parseRunConfig, type RunConfig } from '../run/config.js';
import type { TrainedRun } from '../run/open-run.js';
import { numRememberedOf, scheduleStart } from '../run/run-update.js';
import { RunFolder } from '../store/run-folder/run-folder.js';
import type { Run } from './api.js';
import { countsOf, runLoss } from './run-loss.js';
import { runState } from './run-state.js';

/** A run as it was opened, and its pictures. */
export interface DescribedRun {
  readonly trained: Pick<TrainedRun, 'bank' | 'encoder' | 'config'>;
  readonly collection: Pick<Collection, 'source' | 'pictures' | 'dim'>;
  /** Whether there is an index that cannot be answered from. */
  readonly ignoresIndex: boolean;
}

/** @param opened undefined before the first checkpoint */
export async function describeRun(path: string, opened: DescribedRun | undefined): Promise<Run> {
  const folder = await RunFolder.open(path);
  const config = parseRunConfig(folder.config, path);
  const { settings } = config;
  const counts = opened === undefined ? cached(folder) : countsOf(opened.trained.bank);
  return {
    name: basename(resolve(path)),
    state: await runState(path),
    source: opened?.collection.source ?? 'bank',
    ...(opened?.ignoresIndex && { ignoresIndex: true }),
    numPictures: opened?.collection.pictures.length ?? counts.numImages,
    dim: opened?.collection.dim ?? settings.dim,
    size: settings.size,
    encoder: encoderOf(config, opened?.trained.encoder.length ?? 0),
    classes: opened === undefined ? [] : labelsIn(opened.collection),
    loss: runLoss(config, { ...counts, numImages: counts.numImages + numRememberedOf(config) }),
    settings,
    epochs: scheduleStart(config).firstEpoch + numEpochs(settings),
    // Of the pictures that are counted above: a later update may not have been opened yet.
    updates: (opened?.trained.config ?? config).updates.map(
      ({ before, newRows, firstStep, firstEpoch, firstPlace, numRemembered, ...update }) => update,
    ),
  };
}

/** What answers. @param numBytes of it */
function encoderOf({ settings, network }: RunConfig, numBytes: number): Run['encoder'] {
  if (network === null) return { name: `${settings.encoder}, width ${settings.width}`, use: 'learnt', numBytes };
  return { name: basename(network.path), use: network.use, numBytes };
}

/** The labels there are, sorted. */
export function labelsIn({ pictures }: Pick<Collection, 'pictures'>): string[] {
  return [...new Set(pictures.map(({ label }) => label).filter((label) => label !== null))].sort();
}

/** Of the pictures that are ready to be trained on; none while they are being decoded. */
function cached({ cachePath }: RunFolder): Counts {
  try {
    const cache = openCache(cachePath);
    cache.close();
    return countsOf(cache);
  } catch {
    return { numImages: 0, numClasses: 0 };
  }
}
