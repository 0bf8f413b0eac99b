/** @file Checkpoints: one folder a step, `step-00001234/`, which is there whole or not at all. */

import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RunError } from '../core/errors.js';
import { removeAtomic, writeFolderAtomic } from './atomic.js';
import { readSafetensors, writeSafetensors } from './safetensors.js';
import type { Tensors, WritableTensors } from './tensor.js';

/** The parts of a checkpoint that are arrays, each a safetensors file. */
const PARTS = ['weights', 'optimizer', 'bank'] as const;
/** Parts that some trainings have: weights of the loss itself with their momentum, and a noise distribution. */
const OPTIONAL_PARTS = ['head', 'noise'] as const;
export type TensorPart = (typeof PARTS)[number] | (typeof OPTIONAL_PARTS)[number];

interface Parts<T>
  extends Readonly<Record<(typeof PARTS)[number], T>>,
    Readonly<Partial<Record<(typeof OPTIONAL_PARTS)[number], T>>> {
  /** Steps of training behind it, >= 0. */
  readonly step: number;
  /** Whatever else determines the next step (epoch, position of the sampler, …): any JSON value. */
  readonly state: unknown;
}

/** All that training needs to go on as if it had never stopped. */
export interface Checkpoint extends Parts<Tensors> {}

/** The same as it is written: a bank may be in half-wide floats, which are widened when it is read. */
export interface WritableCheckpoint extends Parts<WritableTensors> {}

/**
 * Saves a checkpoint, then removes all but the newest `keep`. A crash at any instant leaves what was saved before.
 * A step that is saved already is left as it is: training is deterministic, so it would be the same.
 *
 * @param folder where the checkpoints lie; made if there is none
 * @param checkpoint its arrays must not change until the promise is fulfilled
 * @param keep at least 1
 */
export async function saveCheckpoint(folder: string, checkpoint: WritableCheckpoint, keep: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const saved = await listCheckpoints(folder);
  if (!saved.includes(checkpoint.step)) {
    await writeFolderAtomic(checkpointPath(folder, checkpoint.step), async (temp) => {
      for (const part of [...PARTS, ...OPTIONAL_PARTS]) {
        const tensors = checkpoint[part];
        if (tensors !== undefined) await writeSafetensors(partPath(temp, part), tensors);
      }
      await writeFile(statePath(temp), `${JSON.stringify(checkpoint.state, null, 2)}\n`);
    });
    saved.push(checkpoint.step);
  }
  const newestFirst = saved.sort((a, b) => b - a);
  for (const step of newestFirst.slice(keep)) await removeAtomic(checkpointPath(folder, step));
}

/** The steps that are saved, oldest first; none if the folder is not there. */
export async function listCheckpoints(folder: string): Promise<number[]> {
  try {
    const names = await readdir(folder);
    return names
      .filter((name) => /^step-\d{8,}$/.test(name))
      .map((name) => Number(name.slice('step-'.length)))
      .sort((a, b) => a - b);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * Reads a checkpoint whole.
 *
 * @throws {RunError} if its state cannot be read
 * @throws {DataError} if one of its safetensors files is damaged
 */
export async function loadCheckpoint(folder: string, step: number): Promise<Checkpoint> {
  const optional = OPTIONAL_PARTS.filter((part) => existsSync(partPath(checkpointPath(folder, step), part)));
  const parts = [...PARTS, ...optional].map(async (part) => [part, await loadPart(folder, step, part)] as const);
  const tensors = Object.fromEntries(await Promise.all(parts)) as Omit<Parts<Tensors>, 'step' | 'state'>;
  return { ...tensors, step, state: await loadState(folder, step) };
}

/** Reads one part, for who needs the weights or the bank alone. */
export async function loadPart(folder: string, step: number, part: TensorPart): Promise<Tensors> {
  return (await readSafetensors(partPath(checkpointPath(folder, step), part))).tensors;
}

async function loadState(folder: string, step: number): Promise<unknown> {
  const path = statePath(checkpointPath(folder, step));
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new RunError(`${path}: expected a checkpoint's state in JSON, got ${(error as Error).message}`);
  }
}

function checkpointPath(folder: string, step: number): string {
  return join(folder, `step-${String(step).padStart(8, '0')}`);
}

function partPath(checkpoint: string, part: TensorPart): string {
  return join(checkpoint, `${part}.safetensors`);
}

function statePath(checkpoint: string): string {
  return join(checkpoint, 'state.json');
}
