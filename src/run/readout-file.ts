/** @file The readout of a run as a file: learnt once a training has ended or was stopped, of one encoder and no other. */
import { DamageError } from '../core/errors.js';
import { contentKey } from '../data/cache/cache-format.js';
import { READOUT, type Readout } from '../method/readout.js';
import type { Settings } from '../method/settings.js';
import type { RunFolder } from '../store/run-folder/run-folder.js';
import { type Origin, readSealed, writeSealed } from '../store/tensors/sealed.js';
import type { Tensor } from '../store/tensors/tensor.js';
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
  { weight, bias }: Readout,
): Promise<void> {
  const dim = bias.length;
  const tensors = new Map<string, Tensor>([
    [READOUT.weight, { dtype: 'F32', shape: [dim, weight.length / dim], data: weight }],
    [READOUT.bias, { dtype: 'F32', shape: [dim], data: bias }],
  ]);
  await writeSealed(folder.readoutPath, tensors, originOf(settings, trained));
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
  try {
    const tensors = await readSealed(folder.readoutPath, originOf(settings, trained));
    return tensors
      ? new Map([...trained, ...Array.from(tensors, ([name, { data }]) => [name, data as Float32Array] as const)])
      : trained;
  } catch (error) {
    if (!(error instanceof DamageError)) throw error;
    onDamage(new DamageError(`${error.message}. --resume learns it anew.`, { cause: error }));
    return trained;
  }
}

/** The encoder alone, without a readout. */
function originOf(settings: Settings, weights: Weights): Origin {
  const names: readonly string[] = Object.values(READOUT);
  const trained = new Map(Array.from(weights).filter(([name]) => !names.includes(name)));
  return { encoder: contentKey(encoderFile(settings, trained)) };
}
