/** @file Whether and from where a run's training can go on. */
import { DamageError, RunError } from '../core/errors.js';
import { usedInstead } from '../core/used-instead.js';
import type { RunConfig } from '../run/config.js';
import type { TrainEvent } from '../run/events.js';
import { wholeCheckpoint } from '../run/open-run.js';
import type { RunFolder } from '../store/run-folder/run-folder.js';

/** @throws {RunError} if a run was made without training */
export function checkIsTrained({ network }: RunConfig, out: string): void {
  if (network?.use !== 'adopted') return;
  throw new RunError(
    `${out}: expected a training that can go on, got a run whose network was adopted as it is. To train it further, start a new run: instdisc train … --encoder ${network.path} --out …`,
  );
}

/**
 * An update of an older checkpoint would be another than that of the newest.
 *
 * @throws {RunError} if the newest checkpoint is damaged, or there is none
 */
export async function checkWhole(run: RunFolder): Promise<void> {
  await run.loadCheckpoint().catch((error: unknown) => {
    if (!(error instanceof DamageError)) throw error;
    throw new RunError(
      `${error.message}. Mend it first: instdisc train --out ${run.path} --resume goes on from an older checkpoint, to the same bytes.`,
      { cause: error },
    );
  });
}

/** A damaged checkpoint is set aside; from the newest that is whole, training comes to the same bytes. */
export async function useWhole(run: RunFolder, emit: (event: TrainEvent) => void): Promise<void> {
  const found = await run.setDamagedAside();
  for (const { error } of found?.damaged ?? []) {
    emit({ kind: 'damaged', message: usedInstead(error, wholeCheckpoint(run, found!.loaded)).message });
  }
}
