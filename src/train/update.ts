/** @file A run's pictures have changed: it is brought to those that are there, and its training goes on as long as that is worth. */
import { ArgumentError } from '../core/errors.js';
import type { Architectures } from '../run/architectures.js';
import { parseRunConfig, type RunConfig } from '../run/config.js';
import { architecturesOf } from '../run/encoder-form.js';
import type { EpochRecord } from '../run/events.js';
import type { RowBeginning } from '../run/run-update.js';
import type { FoundChanges } from '../run/update/found-changes.js';
import { type UpdateDecision, updatePictures } from '../run/update/update-pictures.js';
import { RunFolder } from '../store/run-folder/run-folder.js';
import { checkNotDiverged } from './divergence.js';
import { type FollowThreadOptions, followThread } from './follow-thread.js';
import { checkManyNew, epochsFor, epochsOfMinutes, goingOn } from './going-on.js';
import { checkIsTrained, checkWhole } from './gone-on-with.js';

export interface UpdateRunOptions extends Omit<FollowThreadOptions, 'machines'> {
  /** The run folder. */
  readonly out: string;
  /** Folders and files with pictures that come to those of the run. */
  readonly paths?: readonly string[];
  /** How long the training goes on, as passes over all pictures or as minutes; default as the share of new pictures asks for. */
  readonly epochs?: number;
  readonly minutes?: number;
  /** Learning rate that it goes on with; default that of the run. */
  readonly lr?: number;
  /** Whether a training is left out where so few pictures are new that it would be of less than an epoch; default false. */
  readonly isSpared?: boolean;
  /** How rows of new pictures begin; default `encoded`. */
  readonly newRows?: RowBeginning;
  /** Whether it learns from the pictures alone that none has seen, beside the rows of all; default false. */
  readonly onlyNew?: boolean;
  /** Whether rows of pictures that are gone stay in the bank, see UpdatePicturesOptions. */
  readonly keepRows?: boolean;
}

/**
 * Looks again at the folders of a run, and learns what is new: rows of pictures that are there stay, whatever their names are
 * now, those of others leave, and new ones begin as the encoder's features.
 *
 * @returns whether it reached its end; stopped by the signal, it leaves the run as it was, or can be resumed by `train`
 * @throws {ArgumentError} if what is asked contradicts itself or a setting
 * @throws {DataError} if a path does not exist or there are no pictures
 * @throws {RunError} if there is no run, it is damaged or diverged, or it cannot have other pictures
 */
export async function updateRun(options: UpdateRunOptions): Promise<'finished' | 'stopped'> {
  const { out, paths = [], newRows, onlyNew, keepRows, onEvent: emit = () => undefined, signal } = options;
  if (options.epochs !== undefined && options.minutes !== undefined) {
    throw new ArgumentError('minutes: expected minutes or epochs, got both. Leave one out.');
  }
  let run = await RunFolder.resume(out);
  try {
    const config = parseRunConfig(run.config, out);
    if (options.epochs !== undefined || options.minutes !== undefined) checkIsTrained(config, out);
    await checkNotDiverged(run, config);
    await checkWhole(run);
    const known = { config, architectures: await architecturesOf(run, config), records: await run.readLog() };
    let decision: UpdateDecision = 'nothing';
    const decide = (found: FoundChanges): UpdateDecision => {
      decision = decisionFor(known as KnownRun, found, options);
      return decision;
    };
    const updated = await updatePictures(run, {
      ...{ paths, decide, onEvent: emit },
      ...(newRows !== undefined && { newRows }),
      ...(onlyNew !== undefined && { onlyNew }),
      ...(keepRows !== undefined && { keepRows }),
      ...(signal && { signal }),
    });
    run = updated.run;
    const { found, update } = updated;
    emit({ kind: 'updated', found, update: update ?? null });
    if (typeof decision === 'string') return 'finished';
    return await followThread(run, { config: parseRunConfig(run.config, out), expectedSeconds: undefined }, options);
  } catch (error) {
    if (signal?.aborted && error === signal.reason) return 'stopped';
    throw error;
  } finally {
    await run.close();
  }
}

interface KnownRun {
  readonly config: RunConfig;
  readonly architectures: Architectures;
  readonly records: readonly EpochRecord[];
}

function decisionFor(
  { config, architectures, records }: KnownRun,
  found: FoundChanges,
  { epochs, minutes, lr, isSpared = false, onlyNew = false, out }: UpdateRunOptions,
): UpdateDecision {
  const numDrawn = onlyNew ? found.numUnlearnt : found.numPictures;
  const during = (number: number): UpdateDecision => {
    if (onlyNew) checkManyNew(found, config, out);
    return goingOn(config, number, lr, architectures);
  };
  if (epochs !== undefined) return during(epochs);
  if (minutes !== undefined) return during(epochsOfMinutes(minutes, records, numDrawn, out));
  if (!found.isChanged) return 'nothing';
  if (config.network?.use === 'adopted' || found.numUnlearnt === 0) return 'rows';
  const needed = epochsFor(config, found.numUnlearnt / numDrawn);
  if (needed < 1 && isSpared) return 'rows';
  return during(Math.max(1, Math.round(needed)));
}
