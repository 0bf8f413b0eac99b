/** @file Checkpoints: one folder a step, `step-00001234/`, which is there whole or not at all. */

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RunError } from '../core/errors.js';
import { removeAtomic, writeFolderAtomic } from './atomic.js';
import { readSafetensors, writeSafetensors } from './safetensors.js';
import type { Tensors } from './tensor.js';

/** The parts of a checkpoint that are arrays, each a safetensors file. */
export const TENSOR_PARTS = ['weights', 'optimizer', 'bank'] as const;
export type TensorPart = (typeof TENSOR_PARTS)[number];

/** All that training needs to go on as if it had never stopped. */
export interface Checkpoint extends Readonly<Record<TensorPart, Tensors>> {
  /** Steps of training behind it, >= 0. */
  readonly step: number;
  /** Whatever else determines the next step (epoch, position of the sampler, …): any JSON value. */
  readonly state: unknown;
}

/**
 * Saves a checkpoint, then removes all but the newest `keep`. A crash at any instant leaves what was saved before.
 * A step that is saved already is left as it is: training is deterministic, so it would be the same.
 *
 * @param folder where the checkpoints lie; made if there is none
 * @param checkpoint its arrays must not change until the promise is fulfilled
 * @param keep at least 1
 */
export async function saveCheckpoint(folder: string, checkpoint: Checkpoint, keep: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const saved = await listCheckpoints(folder);
  if (!saved.includes(checkpoint.step)) {
    await writeFolderAtomic(checkpointPath(folder, checkpoint.step), async (temp) => {
      for (const part of TENSOR_PARTS) await writeSafetensors(partPath(temp, part), checkpoint[part]);
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
  const [weights, optimizer, bank] = await Promise.all(TENSOR_PARTS.map((part) => loadPart(folder, step, part)));
  return { step, weights: weights!, optimizer: optimizer!, bank: bank!, state: await loadState(folder, step) };
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
