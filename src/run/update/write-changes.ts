/** @file What an update writes: the run's configuration as it is to be, and all that is of its pictures. */
import { join } from 'node:path';
import { gatherRows } from '../../core/vector.js';
import type { PictureCache } from '../../data/cache/cache.js';
import type { Settings } from '../../method/settings.js';
import { CHECKPOINTS, FEATURES } from '../../store/run-folder/pictures-folder.js';
import type { RunFolder } from '../../store/run-folder/run-folder.js';
import { writeFeatures } from '../../store/run-folder/stored-features.js';
import { madeWith } from '../checkpoint-state.js';
import type { RunConfig } from '../config.js';
import type { EpochRecord, TrainEvent } from '../events.js';
import { CONFIG_VERSION } from '../migrations.js';
import type { TrainedRun } from '../open-run.js';
import {
  firstDrawn,
  movedStart,
  numRememberedOf,
  type RowBeginning,
  type RunUpdate,
  scheduleStart,
} from '../run-update.js';
import { VERSION } from '../version.js';
import { type FoundChanges, numLearntOf } from './found-changes.js';
import { changedBank, encodeFrom } from './new-rows.js';
import type { PictureChanges } from './picture-changes.js';

export interface Change {
  readonly run: RunFolder;
  readonly config: RunConfig;
  /** Its newest checkpoint. */
  readonly trained: TrainedRun;
  readonly changes: PictureChanges;
  readonly found: FoundChanges;
  /** Its pictures as they were, and as they are to be. */
  readonly before: PictureCache;
  readonly after: PictureCache;
  readonly newRows: RowBeginning;
  /** int32[remembered], rows of the bank before that stay though their pictures are gone. */
  readonly remembered: Int32Array;
  readonly emit: (event: TrainEvent) => void;
  readonly signal: AbortSignal | undefined;
}

/** A training that goes on after an update. */
export interface NextTraining {
  /** What changes of them. */
  readonly settings: Partial<Settings>;
  /** Whether it draws the pictures alone that none has seen. */
  readonly onlyNew: boolean;
}

/**
 * Rows of a bank that stay though their pictures are gone: those that have stayed, and with `keepRows` those that leave now.
 *
 * @param numBefore pictures that there were
 * @param keepRows see UpdatePicturesOptions
 */
export function rememberedPlaces(
  config: RunConfig,
  kept: PictureChanges['kept'],
  numBefore: number,
  keepRows: boolean | undefined,
): Int32Array {
  if (keepRows === false) return new Int32Array();
  const earlier = Int32Array.from({ length: numRememberedOf(config) }, (_, i) => numBefore + i);
  if (keepRows === undefined) return earlier;
  const stay = new Set(kept.map(({ place }) => place));
  const leave = Array.from({ length: numBefore }, (_, place) => place).filter((place) => !stay.has(place));
  return Int32Array.from([...earlier, ...leave]);
}

/**
 * @param number of the update
 * @param paths that were looked through
 * @param training undefined if none begins
 */
export async function nextConfig(
  { run, config, trained, changes, found, before, after, newRows, remembered }: Change,
  number: number,
  paths: readonly string[],
  training: NextTraining | undefined,
): Promise<RunConfig> {
  const { step } = trained;
  const { settings, updates } = config;
  const changed = Object.entries(training?.settings ?? {}).filter(
    ([name, value]) => settings[name as keyof Settings] !== value,
  );
  const epoch = await epochsAt(run, step);
  const stepsPerEpoch = (pictures: number): number => Math.ceil(pictures / settings.batch);
  const learnt = numLearntOf(updates.at(-1)?.numLearnt ?? before.length, changes.kept);
  const drawnBefore = firstDrawn(config);
  const drawn = training === undefined ? numLearntOf(drawnBefore, changes.kept) : training.onlyNew ? learnt : 0;
  // A training that is over draws nothing; one that is not would have too few.
  const firstPlace = after.length - drawn < settings.batch ? 0 : drawn;
  const start =
    training === undefined
      ? movedStart(settings, scheduleStart(config), step, {
          before: stepsPerEpoch(before.length - drawnBefore),
          now: stepsPerEpoch(after.length - firstPlace),
        })
      : { firstStep: step, firstEpoch: epoch };
  const { added, changed: numChanged, moved, removed, relabelled } = found.counts;
  const update: RunUpdate = {
    ...{ number, at: new Date().toISOString(), version: VERSION, step, epoch },
    numPictures: after.length,
    numLearnt: training === undefined ? learnt : after.length,
    ...{ added, changed: numChanged, moved, removed, relabelled, newRows },
    ...start,
    ...(firstPlace > 0 && { firstPlace }),
    ...(remembered.length > 0 && { numRemembered: remembered.length }),
    before: Object.fromEntries(changed.map(([name]) => [name, settings[name as keyof Settings]])),
  };
  return {
    ...config,
    version: CONFIG_VERSION,
    settings: { ...settings, ...training?.settings },
    paths,
    updates: [...updates, update],
  };
}

/** Epochs whose records there are up to a step. */
async function epochsAt(run: RunFolder, step: number): Promise<number> {
  const records = (await run.readLog()) as EpochRecord[];
  return records.findLast((record) => record.step <= step)?.epoch ?? 0;
}

/** Writes checkpoints and features into the folder that the cache is in already. */
export async function writeChanges(change: Change, next: RunConfig, folder: string): Promise<void> {
  const { run, trained, changes, after, newRows, remembered, emit, signal } = change;
  const { number } = next.updates.at(-1)!;
  const kept = Int32Array.from(changes.kept, ({ place }) => place);
  const of = after.length - kept.length;
  const encoded = await encodeFrom(after, kept.length, trained, (done) => emit({ kind: 'encoding', done, of }), signal);
  const { fingerprint } = after;
  const { dim } = trained.bank;
  for (const step of await run.checkpoints()) {
    const { bankDtype: dtype, seed } = next.settings;
    const rows = { kept, remembered, encoded: encoded.bank, newRows, dim, dtype, seed, number };
    const state = {
      ...((await run.loadState(step)) as object),
      ...{ fingerprint, madeWith: madeWith(next) },
      epoch: { steps: 0, loss: 0, similarity: 0, seconds: 0 },
    };
    const bank = changedBank(await run.loadPart('bank', step), rows);
    await run.changeCheckpoint(step, join(folder, CHECKPOINTS), { bank, state });
  }
  const { features, source } = trained.embeddings;
  if (source !== 'features') return;
  const all = new Float32Array(after.length * trained.dim);
  all.set(gatherRows(features, kept, trained.dim));
  all.set(encoded.features, kept.length * trained.dim);
  await writeFeatures(join(folder, FEATURES), all, { ...trained, fingerprint });
}
