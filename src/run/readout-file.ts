/** @file The readout of a run as a file: learnt once a training has ended or was stopped, of one encoder and no other. */
import { DamageError } from '../core/errors.js';
import { READOUT, type Readout } from '../method/readout.js';
import type { Settings } from '../method/settings.js';
import { digestOf } from '../store/files/digest.js';
import type { RunFolder } from '../store/run-folder/run-folder.js';
import { type Origin, readSealed, writeSealed } from '../store/tensors/sealed.js';
import type { Tensor } from '../store/tensors/tensor.js';
import { encoderFile } from './encoder-file.js';

type Weights = ReadonlyMap<string, Float32Array>;

/** The encoder of a checkpoint, that a readout is of. */
export interface TrainedEncoder {
  /** Of the checkpoint. */
  readonly step: number;
  /** Parameters and buffers by name, without a readout. */
  readonly weights: Weights;
}

/** Writes the readout that was learnt of an encoder. */
export async function writeReadout(
  folder: RunFolder,
  settings: Settings,
  trained: TrainedEncoder,
  { weight, bias }: Readout,
): Promise<void> {
  const dim = bias.length;
  const tensors = new Map<string, Tensor>([
    [READOUT.weight, { dtype: 'F32', shape: [dim, weight.length / dim], data: weight }],
    [READOUT.bias, { dtype: 'F32', shape: [dim], data: bias }],
  ]);
  await writeSealed(folder.readoutPath, tensors, await originOf(folder, settings, trained));
}

/**
 * The weights of an encoder with the readout that was learnt of it, if there is one: what `encoderFile` is made of.
 *
 * @param onDamage told of a readout that is damaged; then the features are those that were trained
 * @returns the weights themselves if there is none
 */
export async function readWithReadout(
  folder: RunFolder,
  settings: Settings,
  trained: TrainedEncoder,
  onDamage: (damage: DamageError) => void = () => undefined,
): Promise<Weights> {
  const { weights } = trained;
  if (settings.readout === 'features') return weights;
  try {
    const tensors = await readSealed(folder.readoutPath, await originOf(folder, settings, trained));
    if (tensors === undefined) return weights;
    return new Map([...weights, ...Array.from(tensors, ([name, { data }]) => [name, data as Float32Array] as const)]);
  } catch (error) {
    if (!(error instanceof DamageError)) throw error;
    onDamage(new DamageError(`${error.message}. --resume learns it anew.`, { cause: error }));
    return weights;
  }
}

/** The weights of an encoder with a readout. */
export function withReadout(weights: Weights, { weight, bias }: Readout): Weights {
  return new Map([...weights, [READOUT.weight, weight], [READOUT.bias, bias]]);
}

/** By what its checkpoint knows the encoder. */
async function originOf(folder: RunFolder, settings: Settings, { step, weights }: TrainedEncoder): Promise<Origin> {
  return { encoder: (await folder.encoderDigest(step)) ?? digestOf(encoderFile(settings, weights)) };
}
