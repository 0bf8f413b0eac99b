/** @file The readout of a run as a file: learnt once a training has ended or was stopped, of one encoder and no other. */
import { READOUT, type Readout } from '../method/readout.js';
import { digestOf } from '../store/files/digest.js';
import type { RunFolder } from '../store/run-folder/run-folder.js';
import { type Origin, readSealed, writeSealed } from '../store/tensors/sealed.js';
import type { Tensor } from '../store/tensors/tensor.js';
import { encoderFile } from './encoder-file.js';
import type { EncoderForm } from './encoder-form.js';

/** Tensors of an encoder, by name. */
export type Weights = ReadonlyMap<string, Float32Array>;

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
  form: EncoderForm,
  trained: TrainedEncoder,
  { weight, bias }: Readout,
): Promise<void> {
  const dim = bias.length;
  const tensors = new Map<string, Tensor>([
    [READOUT.weight, { dtype: 'F32', shape: [dim, weight.length / dim], data: weight }],
    [READOUT.bias, { dtype: 'F32', shape: [dim], data: bias }],
  ]);
  await writeSealed(folder.readoutPath, tensors, await originOf(folder, form, trained));
}

/**
 * Reads the readout that was learnt of an encoder.
 *
 * @returns the weights of the encoder with it; undefined if none is there, or it is of another encoder
 * @throws {DamageError} if it is damaged
 */
export async function readReadout(
  folder: RunFolder,
  form: EncoderForm,
  trained: TrainedEncoder,
): Promise<Weights | undefined> {
  if (form.settings.readout === 'features') return undefined;
  const tensors = await readSealed(folder.readoutPath, await originOf(folder, form, trained));
  if (tensors === undefined) return undefined;
  return new Map([
    ...trained.weights,
    ...Array.from(tensors, ([name, { data }]) => [name, data as Float32Array] as const),
  ]);
}

/** The weights of an encoder with a readout. */
export function withReadout(weights: Weights, { weight, bias }: Readout): Weights {
  return new Map([...weights, [READOUT.weight, weight], [READOUT.bias, bias]]);
}

/** By what its checkpoint knows the encoder. */
async function originOf(folder: RunFolder, form: EncoderForm, { step, weights }: TrainedEncoder): Promise<Origin> {
  return { encoder: (await folder.encoderDigest(step)) ?? digestOf(encoderFile(form, weights)) };
}
