/** @file The folder of all checkpoints of a run: which there are, which of them are whole, and what becomes of others. */

import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DamageError, RunError } from '../../core/errors.js';

const DAMAGED = 'damaged-';

/** The steps that are saved, oldest first; none if the folder is not there. */
export async function listCheckpoints(folder: string): Promise<number[]> {
  return stepsIn(folder, /^step-(\d{8,})$/);
}

export function checkpointPath(folder: string, step: number): string {
  return join(folder, nameOf(step));
}

/** What became of looking for a whole checkpoint. */
export interface Whole<Loaded> {
  readonly loaded: Loaded;
  /** What newer ones are damaged, the newest first. */
  readonly damaged: readonly { readonly step: number; readonly error: DamageError }[];
}

/**
 * Loads from the newest checkpoint of which all that is wanted is whole.
 *
 * @param load throws DamageError if something is not
 * @returns undefined if there is no checkpoint
 * @throws {RunError} if there are some and none is whole; names the newest and what is wrong with it
 */
export async function loadNewest<Loaded>(
  folder: string,
  load: (step: number) => Promise<Loaded>,
): Promise<Whole<Loaded> | undefined> {
  const damaged: { step: number; error: DamageError }[] = [];
  for (const step of (await listCheckpoints(folder)).reverse()) {
    try {
      return { loaded: await load(step), damaged };
    } catch (error) {
      if (!(error instanceof DamageError)) throw error;
      // A training that goes on has removed it meanwhile, and saved newer ones before.
      if (!existsSync(checkpointPath(folder, step))) return loadNewest(folder, load);
      damaged.push({ step, error });
    }
  }
  const [newest] = damaged;
  if (newest === undefined) return undefined;
  const others = damaged.length === 1 ? 'there is no other checkpoint' : 'nor is an older checkpoint whole';
  throw new RunError(
    `${newest.error.message}; ${others}. Put the files back from a copy, or train anew with another --out.`,
    { cause: newest.error },
  );
}

/** Takes a damaged checkpoint out of the way, where it stays until one of its step or a later one is saved. */
export async function setAside(folder: string, step: number): Promise<void> {
  const aside = join(folder, DAMAGED + nameOf(step));
  await rm(aside, { recursive: true, force: true });
  await rename(checkpointPath(folder, step), aside);
}

/** Removes what was set aside of steps up to `step`. */
export async function removeSetAside(folder: string, step: number): Promise<void> {
  for (const damaged of await stepsIn(folder, /^damaged-step-(\d{8,})$/)) {
    if (damaged <= step) await rm(join(folder, DAMAGED + nameOf(damaged)), { recursive: true, force: true });
  }
}

async function stepsIn(folder: string, pattern: RegExp): Promise<number[]> {
  try {
    return (await readdir(folder))
      .flatMap((name) => pattern.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function nameOf(step: number): string {
  return `step-${String(step).padStart(8, '0')}`;
}
