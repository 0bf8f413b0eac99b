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
import { movedStart, type RowBeginning, type RunUpdate, scheduleStart } from '../run-update.js';
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
  readonly emit: (event: TrainEvent) => void;
  readonly signal: AbortSignal | undefined;
}

/**
 * @param number of the update
 * @param paths that were looked through
 * @param training settings that a training begins with; undefined if none does
 */
export async function nextConfig(
  { run, config, trained, changes, found, before, after, newRows }: Change,
  number: number,
  paths: readonly string[],
  training: Partial<Settings> | undefined,
): Promise<RunConfig> {
  const { step } = trained;
  const { settings, updates } = config;
  const changed = Object.entries(training ?? {}).filter(([name, value]) => settings[name as keyof Settings] !== value);
  const epoch = await epochsAt(run, step);
  const stepsPerEpoch = (pictures: number): number => Math.ceil(pictures / settings.batch);
  const start =
    training === undefined
      ? movedStart(settings, scheduleStart(config), step, {
          before: stepsPerEpoch(before.length),
          now: stepsPerEpoch(after.length),
        })
      : { firstStep: step, firstEpoch: epoch };
  const { added, changed: numChanged, moved, removed, relabelled } = found.counts;
  const update: RunUpdate = {
    ...{ number, at: new Date().toISOString(), version: VERSION, step, epoch },
    numPictures: after.length,
    numLearnt:
      training === undefined ? numLearntOf(updates.at(-1)?.numLearnt ?? before.length, changes.kept) : after.length,
    ...{ added, changed: numChanged, moved, removed, relabelled, newRows },
    ...start,
    before: Object.fromEntries(changed.map(([name]) => [name, settings[name as keyof Settings]])),
  };
  return {
    ...config,
    version: CONFIG_VERSION,
    settings: { ...settings, ...training },
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
  const { run, trained, changes, after, newRows, emit, signal } = change;
  const { number } = next.updates.at(-1)!;
  const kept = Int32Array.from(changes.kept, ({ place }) => place);
  const of = after.length - kept.length;
  const encoded = await encodeFrom(after, kept.length, trained, (done) => emit({ kind: 'encoding', done, of }), signal);
  const { fingerprint } = after;
  const { dim } = trained.bank;
  for (const step of await run.checkpoints()) {
    const { bankDtype: dtype, seed } = next.settings;
    const rows = { kept, encoded: encoded.bank, newRows, dim, dtype, seed, number };
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
