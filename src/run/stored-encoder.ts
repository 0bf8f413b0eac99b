/** @file Reads the encoder of a checkpoint as it answers: with its readout, and from its file only if that is of these weights. */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { DamageError } from '../core/errors.js';
import { type OnDamage, usedInstead, useInstead } from '../core/used-instead.js';
import { bytesOf } from '../core/vector.js';
import { onnxWeights } from '../graph/from-onnx/onnx-weights.js';
import type { RunFolder } from '../store/run-folder/run-folder.js';
import { encoderFile } from './encoder-file.js';
import type { EncoderForm } from './encoder-form.js';
import { readReadout, type Weights } from './readout-file.js';

export interface StoredEncoder {
  /** An ONNX model. */
  readonly file: Uint8Array;
  /** What it was made of: parameters and buffers by name, and the readout if there is one. */
  readonly weights: Weights;
}

/**
 * Reads a run's encoder. Where the file is missing, damaged, or of another checkpoint, it is made anew in memory; where
 * the readout is damaged or gone, the encoder is without one.
 *
 * @param step of the checkpoint that the weights are of
 * @param trained parameters and buffers, by name
 * @param onDamage told if the file is of none of the run's checkpoints, and of a readout that is not as it was
 * @throws {RunError} of that readout, if nobody is to be told
 */
export async function readEncoder(
  folder: RunFolder,
  form: EncoderForm,
  { step, trained }: { readonly step: number; readonly trained: Weights },
  onDamage?: OnDamage,
): Promise<StoredEncoder> {
  const path = folder.encoderPath;
  const weightsPath = folder.checkpointPath(step, 'weights');
  const without = { what: 'The encoder without a readout', path: weightsPath, resume: 'learns it anew' };
  const readout = await readReadout(folder, form, { step, weights: trained }).catch((error: unknown) => {
    if (!(error instanceof DamageError)) throw error;
    useInstead(error, without, onDamage);
    return error;
  });
  const weights = readout instanceof Map ? readout : trained;
  const expected = `${path}: expected the encoder of the checkpoint of step ${step}`;
  const file = await readFile(path).catch((error: Error) => error);
  const isRecorded = file instanceof Error ? false : await folder.isEncoderOf(step, file);
  if (!(file instanceof Error) && isRecorded && weights === trained) return { file, weights };
  const rebuilt = { file: encoderFile(form, weights), weights };
  const tell = (got: string): void => {
    const made = { what: 'One that is made of its weights', path: weightsPath };
    onDamage?.(usedInstead(new DamageError(`${expected}, got ${got}`), made, '; --resume writes it anew'));
  };
  if (file instanceof Error) {
    // While a run is trained, a checkpoint is there a moment before its encoder.
    const isMissing = (file as NodeJS.ErrnoException).code === 'ENOENT';
    const isComing = isMissing && (await folder.isLocked());
    if (!isComing) tell(isMissing ? 'none' : file.message);
    return rebuilt;
  }
  // A crash may have left the one before its readout was learnt.
  if (isRecorded || Buffer.compare(file, rebuilt.file) === 0) return rebuilt;
  // Of a run of version 0.1 only the numbers can tell; another version may have written them into other bytes.
  if (isRecorded === undefined && hasSameWeights(file, rebuilt.file)) return { file, weights };
  if (await isOfAnother(folder, file, step)) return rebuilt;
  if (readout instanceof DamageError) return rebuilt; // Of that it is told already.
  if (readout === undefined && form.settings.readout !== 'features' && !existsSync(folder.readoutPath)) {
    // Either the file is damaged, or the readout that it ends in is gone.
    const missing = `${expected} without a readout, for there is no ${folder.readoutPath}, got other bytes`;
    useInstead(new DamageError(missing), without, onDamage);
  } else tell('other bytes');
  return rebuilt;
}

/**
 * Whether the file is no more than the encoder of another checkpoint: a crash or a training that goes on has left it, or
 * the newest checkpoint is damaged, and the file is still its.
 */
async function isOfAnother(folder: RunFolder, file: Uint8Array, step: number): Promise<boolean> {
  const steps = await folder.checkpoints();
  if (step !== steps.at(-1)) return true;
  for (const other of steps) {
    if (await folder.isEncoderOf(other, file).catch(() => false)) return true;
  }
  return false;
}

function hasSameWeights(a: Uint8Array, b: Uint8Array): boolean {
  try {
    const [of, expected] = [onnxWeights(a), onnxWeights(b)];
    return Array.from(expected).every(([name, { data }]) => {
      const got = of.get(name)?.data;
      return got !== undefined && Buffer.compare(bytesOf(got), bytesOf(data)) === 0;
    });
  } catch {
    return false;
  }
}
