/** @file Puts back what the last command took. */
import { InstDiscError } from '../../core/errors.js';
import { systemError } from '../../core/system-errors.js';
import { type ActOf, moveTo, toHardlink, toTrash } from './acts.js';
import type { ActOutcome } from './carry-out.js';
import type { ActKind, Journal } from './journal.js';

const ACTS: Readonly<Record<ActKind, ActOf>> = { move: moveTo(''), trash: toTrash, hardlink: toHardlink };

/** What was put back, and what could not be. */
export interface Undone {
  /** Paths of the files as they were; in the order in which they were put back, the last first. */
  readonly restored: readonly string[];
  readonly left: readonly ActOutcome[];
}

/**
 * Undoes all acts of the last session that has some which are not undone, the last first. What is interrupted goes on when
 * this is called again.
 *
 * @returns undefined if there is nothing to undo
 */
export async function undoLast(journal: Journal, signal?: AbortSignal): Promise<Undone | undefined> {
  const standing = await journal.standing();
  const last = standing.at(-1)?.session;
  if (last === undefined) return undefined;
  const [restored, left]: [string[], ActOutcome[]] = [[], []];
  for (const act of standing.filter(({ session }) => session === last).reverse()) {
    signal?.throwIfAborted();
    try {
      await ACTS[act.kind].undo(act);
      await journal.undone(act);
      restored.push(act.from);
    } catch (error) {
      const told = systemError(error) ?? error;
      if (!(told instanceof InstDiscError)) throw error;
      left.push({ path: act.from, reason: told.message });
    }
  }
  return { restored, left };
}
