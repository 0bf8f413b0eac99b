/**
 * @file Checkpoints: one folder a step, `step-00001234/`, which is there whole or not at all. `digests.json` in it has the
 * SHA-256 of each file, and of the encoder made of its weights; version 0.1 wrote none.
 */

import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DamageError } from '../../core/errors.js';
import { asDamage, isLost, refusalCode } from '../../core/used-instead.js';
import { checkFinite } from '../../core/vector.js';
import { removeAtomic, writeFolderAtomic } from '../files/atomic.js';
import { digestOf } from '../files/digest.js';
import { makeFolder } from '../files/make-folder.js';
import { readSafetensors, writeSafetensors } from '../tensors/safetensors.js';
import type { Tensors, WritableTensors } from '../tensors/tensor.js';
import { checkpointPath, listCheckpoints, removeSetAside } from './checkpoints.js';

/** The parts of a checkpoint that are arrays, each a safetensors file. */
const PARTS = ['weights', 'optimizer', 'bank'] as const;
/** Parts that some trainings have: weights of the loss itself with their momentum, and a noise distribution. */
const OPTIONAL_PARTS = ['head', 'noise'] as const;
/** Version 0.1 saved what had diverged. */
const DIVERGED = 'The training has diverged, and nothing can be made of it. Train anew, with a lower --lr.';
export type TensorPart = (typeof PARTS)[number] | (typeof OPTIONAL_PARTS)[number];

export const STATE = 'state.json';
export const DIGESTS = 'digests.json';
/** The encoder lies outside of the checkpoint; only its digest is kept in it. */
const ENCODER = 'encoder.onnx';

/** By name of the file. */
type Digests = Readonly<Record<string, string>>;

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
export interface WritableCheckpoint extends Parts<WritableTensors> {
  /** The encoder of these weights as an ONNX model. */
  readonly encoder?: Uint8Array;
}

/**
 * Saves a checkpoint, then removes all but the newest `keep`, and damaged ones that were set aside and are replaced now.
 * A crash at any instant leaves what was saved before. A step that is saved already is left as it is: training is
 * deterministic, so it would be the same.
 *
 * @param folder where the checkpoints lie; made if there is none
 * @param checkpoint its arrays must not change until the promise is fulfilled
 * @param keep at least 1
 */
export async function saveCheckpoint(folder: string, checkpoint: WritableCheckpoint, keep: number): Promise<void> {
  await makeFolder(folder);
  const saved = await listCheckpoints(folder);
  if (!saved.includes(checkpoint.step)) {
    await writeFolderAtomic(checkpointPath(folder, checkpoint.step), (temp) => fill(temp, checkpoint));
    saved.push(checkpoint.step);
  }
  const newestFirst = saved.sort((a, b) => b - a);
  for (const step of newestFirst.slice(keep)) await removeAtomic(checkpointPath(folder, step));
  await removeSetAside(folder, checkpoint.step);
}

async function fill(folder: string, { state, encoder, ...parts }: WritableCheckpoint): Promise<void> {
  const digests: Record<string, string> = {};
  for (const part of [...PARTS, ...OPTIONAL_PARTS]) {
    const tensors = parts[part];
    if (tensors !== undefined) digests[partFile(part)] = await writeSafetensors(join(folder, partFile(part)), tensors);
  }
  if (encoder !== undefined) digests[ENCODER] = digestOf(encoder);
  await writeState(folder, state, digests);
}

/** Writes the state of a checkpoint, and the digests of all its files, which ends it. */
export async function writeState(folder: string, state: unknown, digests: Digests): Promise<void> {
  const text = `${JSON.stringify(state, null, 2)}\n`;
  await writeFile(join(folder, STATE), text);
  await writeFile(join(folder, DIGESTS), `${JSON.stringify({ ...digests, [STATE]: digestOf(text) }, null, 2)}\n`);
}

/**
 * Reads a checkpoint whole.
 *
 * @throws {DamageError} if a file of it is not what was saved, as far as its digest can tell
 * @throws {NotFiniteError} if a number in it is infinite or none
 */
export async function loadCheckpoint(folder: string, step: number): Promise<Checkpoint> {
  const path = checkpointPath(folder, step);
  const digests = await readDigests(path);
  const optional = OPTIONAL_PARTS.filter(
    (part) => existsSync(join(path, partFile(part))) || digests?.[partFile(part)] !== undefined,
  );
  const parts = [...PARTS, ...optional].map(async (part) => [part, await loadPart(folder, step, part)] as const);
  const tensors = Object.fromEntries(await Promise.all(parts)) as Omit<Parts<Tensors>, 'step' | 'state'>;
  return { ...tensors, step, state: await loadState(folder, step) };
}

/** Where a part of a checkpoint lies. */
export function partPath(folder: string, step: number, part: TensorPart): string {
  return join(checkpointPath(folder, step), partFile(part));
}

/** Reads one part, for who needs the weights or the bank alone; throws as `loadCheckpoint` does. */
export async function loadPart(folder: string, step: number, part: TensorPart): Promise<Tensors> {
  const digests = await readDigests(checkpointPath(folder, step));
  const file = partPath(folder, step, part);
  try {
    const { tensors, digest } = await readSafetensors(file);
    check(file, digests, partFile(part), digest);
    for (const [name, { data }] of tensors) {
      if (data instanceof Float32Array || data instanceof Float64Array) checkFinite(data, `${file}: ${name}`, DIVERGED);
    }
    return tensors;
  } catch (error) {
    throw asDamage(error);
  }
}

/** @returns SHA-256 of the encoder of a checkpoint, in hexadecimal; undefined if that was not recorded */
export async function encoderDigest(folder: string, step: number): Promise<string | undefined> {
  return (await readDigests(checkpointPath(folder, step)))?.[ENCODER];
}

/** Reads the state alone; throws as `loadCheckpoint` does. */
export async function loadState(folder: string, step: number): Promise<unknown> {
  const path = join(checkpointPath(folder, step), STATE);
  const text = await readText(path);
  check(path, await readDigests(checkpointPath(folder, step)), STATE, digestOf(text));
  return parseState(path, text);
}

/**
 * @returns undefined for a checkpoint of version 0.1
 * @throws {DamageError} if they cannot be read, or are missing where they were written
 */
export async function readDigests(checkpoint: string): Promise<Digests | undefined> {
  const path = join(checkpoint, DIGESTS);
  if (!existsSync(path)) {
    if (!(await isOfFirstVersion(checkpoint))) {
      throw new DamageError(`${path}: expected the SHA-256 of each file, got no such file`);
    }
    return undefined;
  }
  const text = await readText(path);
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(text));
  } catch {
    throw new DamageError(`${path}: expected the SHA-256 of each file, got ${text.slice(0, 80)}`);
  }
}

/** Whether a checkpoint was written without digests, by a version whose state does not tell what it was made with. */
async function isOfFirstVersion(checkpoint: string): Promise<boolean> {
  const path = join(checkpoint, STATE);
  return !Object.hasOwn(Object(parseState(path, await readText(path))), 'madeWith');
}

function parseState(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DamageError(`${path}: expected a checkpoint's state in JSON, got ${(error as Error).message}`);
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (!isLost(refusalCode(error))) throw error;
    throw new DamageError(`${path}: expected a file that can be read, got: ${(error as Error).message}`);
  }
}

function check(path: string, digests: Digests | undefined, name: string, got: string): void {
  if (digests === undefined || digests[name] === got) return;
  throw new DamageError(
    `${path}: expected the bytes that were saved, of SHA-256 ${digests[name]?.slice(0, 16) ?? '(none is recorded)'}…, got others, of ${got.slice(0, 16)}…`,
  );
}

/** The file of a part. */
export function partFile(part: TensorPart): string {
  return `${part}.safetensors`;
}
