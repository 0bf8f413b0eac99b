/** @file The readout of a run as a file: learnt once a training has ended or was stopped, of one encoder and no other. */
import { DamageError, DataError } from '../core/errors.js';
import { contentKey } from '../data/cache/cache-format.js';
import { isOfReadout, type Readout, readoutTensors } from '../method/readout.js';
import type { Settings } from '../method/settings.js';
import { digestOf } from '../store/files/digest.js';
import type { RunFolder } from '../store/run-folder/run-folder.js';
import { readSafetensors, writeSafetensors } from '../store/tensors/safetensors.js';
import { encoderFile } from './encoder-file.js';

type Weights = ReadonlyMap<string, Float32Array>;

/**
 * Writes the readout that was learnt of an encoder.
 *
 * @param trained parameters and buffers of the encoder, by name
 */
export async function writeReadout(
  folder: RunFolder,
  settings: Settings,
  trained: Weights,
  readout: Readout,
): Promise<void> {
  const { weight, bias } = readout;
  const tensors = new Map([
    ['readout.weight', { dtype: 'F32', shape: [bias.length, weight.length / bias.length], data: weight } as const],
    ['readout.bias', { dtype: 'F32', shape: [bias.length], data: bias } as const],
  ]);
  await writeSafetensors(folder.readoutPath, tensors, { encoder: keyOf(settings, trained), sha256: digest(readout) });
}

/**
 * The tensors of an encoder with those of the readout that was learnt of it, if there is one: what `encoderFile` is made of.
 *
 * @param trained parameters and buffers of the encoder, by name
 * @param onDamage told of a readout that is damaged; then the features are those that were trained
 */
export async function withReadout(
  folder: RunFolder,
  settings: Settings,
  trained: Weights,
  onDamage: (damage: DamageError) => void = () => undefined,
): Promise<Weights> {
  if (settings.readout === 'features') return trained;
  const path = folder.readoutPath;
  try {
    const { tensors, metadata } = await readSafetensors(path);
    if (metadata['encoder'] !== keyOf(settings, trained)) return trained;
    const [weight, bias] = ['readout.weight', 'readout.bias'].map((name) => tensors.get(name)?.data);
    if (
      !(weight instanceof Float32Array && bias instanceof Float32Array) ||
      metadata['sha256'] !== digest({ weight, bias })
    ) {
      throw new DataError(`${path}: expected the numbers that were written, got others`);
    }
    return new Map([...trained, ...readoutTensors({ weight, bias })]);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return trained;
    if (!(error instanceof DataError) && code !== 'EIO' && code !== 'EISDIR') throw error;
    onDamage(new DamageError(`${(error as Error).message}. --resume learns it anew.`));
    return trained;
  }
}

/** Of the encoder alone, without a readout. */
function keyOf(settings: Settings, weights: Weights): string {
  const trained = new Map(Array.from(weights).filter(([name]) => !isOfReadout(name)));
  return contentKey(encoderFile(settings, trained));
}

function digest({ weight, bias }: Readout): string {
  return digestOf(Buffer.concat([weight, bias].map((x) => Buffer.from(x.buffer, x.byteOffset, x.byteLength))));
}
