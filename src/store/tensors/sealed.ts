/** @file Tensors in a file that says what they are of, and whose numbers are known by their SHA-256. */

import { DataError } from '../../core/errors.js';
import { asDamage, refusalCode } from '../../core/used-instead.js';
import { bytesOf } from '../../core/vector.js';
import { digestOf } from '../files/digest.js';
import { readSafetensors, writeSafetensors } from './safetensors.js';
import type { Tensors } from './tensor.js';

/** What tensors are of, by name: those of anything else are none of these. */
export type Origin = Readonly<Record<string, string>>;

/** Writes them, whole or not at all. */
export async function writeSealed(path: string, tensors: Tensors, origin: Origin): Promise<void> {
  await writeSafetensors(path, tensors, { ...origin, sha256: digestOfAll(tensors) });
}

/**
 * @returns undefined if there is no file, or it is of another origin
 * @throws {DamageError} if it is not what was written
 */
export async function readSealed(path: string, origin: Origin): Promise<Tensors | undefined> {
  try {
    const { tensors, metadata } = await readSafetensors(path);
    if (Object.entries(origin).some(([name, value]) => metadata[name] !== value)) return undefined;
    if (metadata['sha256'] === digestOfAll(tensors)) return tensors;
    throw new DataError(`${path}: expected the numbers that were written, got others`);
  } catch (error) {
    if (refusalCode(error) === 'ENOENT') return undefined;
    throw asDamage(error);
  }
}

/** Of all numbers, by name. */
function digestOfAll(tensors: Tensors): string {
  const names = [...tensors.keys()].sort();
  return digestOf(Buffer.concat(names.map((name) => bytesOf(tensors.get(name)!.data))));
}
