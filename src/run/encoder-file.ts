/** @file The encoder of a run as a file: made from the weights of a checkpoint, and trusted only if it is of these. */

import { readFile } from 'node:fs/promises';
import { DamageError } from '../core/errors.js';
import { bytesOf } from '../core/vector.js';
import { onnxWeights } from '../graph/from-onnx/onnx-weights.js';
import { encoderOnnx } from '../method/encode.js';
import { readoutAmong } from '../method/readout.js';
import type { Settings } from '../method/settings.js';
import { encoderNamed } from '../nn/encoders/named-encoders.js';
import type { RunFolder } from '../store/run-folder/run-folder.js';

/**
 * The encoder as an ONNX model; the same weights give the same bytes.
 *
 * @param weights parameters and buffers by name, and the readout if there is one
 */
export function encoderFile(settings: Settings, weights: ReadonlyMap<string, Float32Array>): Uint8Array {
  const readout = readoutAmong(weights, settings);
  const metadata = encoderMetadata(settings, readout?.bias.length ?? settings.dim);
  return encoderOnnx(encoderNamed(settings.encoder, settings), settings.size, weights, metadata, readout);
}

/**
 * Reads a run's encoder. Where the file is missing, damaged, or of another checkpoint, it is made anew in memory.
 *
 * @param step of the checkpoint that the weights are of
 * @param onDamage told if the file is of none of the run's checkpoints
 */
export async function readEncoder(
  folder: RunFolder,
  settings: Settings,
  { step, weights }: { readonly step: number; readonly weights: ReadonlyMap<string, Float32Array> },
  onDamage: (damage: DamageError) => void = () => undefined,
): Promise<Uint8Array> {
  const path = folder.encoderPath;
  const file = await readFile(path).catch((error: Error) => error);
  const isRecorded = file instanceof Error ? false : await folder.isEncoderOf(step, file);
  const isTrained = readoutAmong(weights, settings) === undefined;
  if (!(file instanceof Error) && isRecorded && isTrained) return file;
  const rebuilt = encoderFile(settings, weights);
  if (file instanceof Error) {
    // While a run is trained, a checkpoint is there a moment before its encoder.
    const isMissing = (file as NodeJS.ErrnoException).code === 'ENOENT';
    const isComing = isMissing && (await folder.isLocked());
    if (!isComing) onDamage(damaged(path, step, isMissing ? 'none' : file.message));
    return rebuilt;
  }
  // A crash may have left the one before its readout was learnt.
  if (isRecorded) return rebuilt;
  // Of a run of version 0.1 only the numbers can tell; another version may have written them into other bytes.
  if (isRecorded === undefined && hasSameWeights(file, rebuilt)) return file;
  if (Buffer.compare(file, rebuilt) !== 0 && !(await isOfAnother(folder, file, step)))
    onDamage(damaged(path, step, 'other bytes'));
  return rebuilt;
}

function damaged(path: string, step: number, got: string): DamageError {
  return new DamageError(
    `${path}: expected the encoder of the checkpoint of step ${step}, got ${got}. It is made from the checkpoint's weights instead; --resume writes it anew.`,
  );
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

/** What somebody needs to know to feed the encoder, as the model's metadata. */
function encoderMetadata({ encoder, size, resize, fit, mean, std }: Settings, dim: number): Record<string, string> {
  const preprocessing = {
    colour: 'RGB, sRGB, EXIF orientation applied',
    ...(fit === 'pad' && { pad: 'to a square, in its middle, with the median of its border in each channel' }),
    resize,
    centerCrop: size,
    interpolation: 'bilinear, antialiased',
    scale: '1/255',
    mean,
    std,
    layout: 'float32[batch, 3, size, size]',
  };
  return { encoder, dim: String(dim), preprocessing: JSON.stringify(preprocessing), producer: 'instdisc' };
}
