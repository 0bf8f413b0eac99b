/** @file How a training goes on with pictures that have come: how long, and with which settings. */
import { RunError } from '../core/errors.js';
import { formatCount } from '../core/format.js';
import type { Settings } from '../method/settings.js';
import type { Architectures } from '../run/architectures.js';
import { applySettings, type RunConfig } from '../run/config.js';
import type { EpochRecord } from '../run/events.js';
import type { FoundChanges } from '../run/update/found-changes.js';

/** Epochs that go on for each epoch of the run, were all pictures new. Half as many as new pictures are a half: a quarter. */
const EPOCHS_FOR_ALL = 0.5;

/** The settings that a run began with. */
function firstSettings({ settings, updates }: RunConfig): Settings {
  return Object.assign({}, settings, ...updates.map(({ before }) => before).reverse());
}

/** Epochs that pictures which no training has seen ask for. @param share of them among those that are drawn */
export function epochsFor(config: RunConfig, share: number): number {
  return EPOCHS_FOR_ALL * firstSettings(config).epochs * share;
}

/** @throws {RunError} if new pictures alone are not enough for a batch */
export function checkManyNew({ numUnlearnt }: FoundChanges, { settings: { batch } }: RunConfig, out: string): void {
  if (numUnlearnt >= batch) return;
  throw new RunError(
    `${out}: expected for --only-new as many pictures that no training has seen as a batch takes, ${formatCount(batch)}, got ${formatCount(numUnlearnt)}. Leave out --only-new.`,
  );
}

/**
 * Epochs that fit some minutes, by the speed of the last epoch.
 *
 * @throws {RunError} if there was none
 */
export function epochsOfMinutes(
  minutes: number,
  records: readonly EpochRecord[],
  numPictures: number,
  out: string,
): number {
  const { picturesPerSecond } = records.at(-1) ?? {};
  if (picturesPerSecond !== undefined) return (minutes * 60 * picturesPerSecond) / numPictures;
  throw new RunError(
    `${out}: expected an epoch whose speed is known, to tell how many fit ${minutes} minutes, got none. Give --epochs.`,
  );
}

/**
 * A warm restart: the rate rises once more to what it was, and falls as a cosine. By trial, docs/updates.md.
 *
 * @throws {ArgumentError} if epochs or rate are out of range
 */
export function goingOn(
  config: RunConfig,
  epochs: number,
  lr: number | undefined,
  architectures: Architectures,
): Partial<Settings> {
  const first = firstSettings(config);
  const changed = {
    epochs,
    lr: lr ?? first.lr,
    schedule: 'cosine' as const,
    warmup: Math.min(first.warmup, epochs / 10),
    progression: first.progression.slice(-1),
  };
  applySettings(config.settings, changed, architectures);
  return changed;
}
