/** @file A trained run, opened to answer with. */

import { type OnDamage, type StandIn, useInstead } from '../core/used-instead.js';
import type { Device } from '../graph/target.js';
import { type Backend, openBackend } from '../runtime/device.js';
import type { Embeddings } from '../store/embeddings/embeddings-format.js';
import type { TensorPart } from '../store/run-folder/checkpoint.js';
import { RunFolder } from '../store/run-folder/run-folder.js';
import type { Tensors } from '../store/tensors/tensor.js';
import { checkStateMadeWith } from './checkpoint-state.js';
import { parseRunConfig, type RunConfig } from './config.js';
import type { PictureEncoder } from './embed.js';
import { encoderFile } from './encoder-file.js';
import { type EncoderForm, formOf } from './encoder-form.js';
import type { Encode } from './features.js';
import { type LoadedEncoder, loadEncoder } from './load-encoder.js';
import { type RunEmbeddings, readKnownPictures } from './run-embeddings.js';
import { numRememberedOf } from './run-update.js';
import { readEncoder } from './stored-encoder.js';
import { transformOf } from './transform.js';

export interface OpenRunOptions {
  /** Where the encoder runs, whatever it was trained on; default `cpu`. */
  readonly device?: Device;
  /** CPU threads of one operator; default all cores. */
  readonly threads?: number;
  /**
   * Told of what is damaged and what is used instead: an older checkpoint, an encoder without a readout, or one made
   * again from the weights, rows of the memory bank. Without it, what was damaged and cannot be made again is an error.
   */
  readonly onDamage?: OnDamage;
}

/** The encoder of one checkpoint, the newest, or if that is damaged the newest that is whole, and its pictures. */
export interface TrainedRun extends LoadedEncoder {
  readonly path: string;
  readonly config: RunConfig;
  /** The decoded pictures that the bank is of. */
  readonly cachePath: string;
  /** The encoder without its weights. */
  readonly form: EncoderForm;
  /** Steps of training behind the checkpoint. */
  readonly step: number;
  /** Parameters and buffers, by name, and the readout if there is one. */
  readonly weights: ReadonlyMap<string, Float32Array>;
  /** Rows of the memory bank, which training uses, with the pictures they are of, in the order of training. */
  readonly bank: Embeddings;
  /** Features of the same pictures, to search and to compare; where a run has none, the rows of its bank. */
  readonly embeddings: RunEmbeddings;
  readonly backend: Backend;
  /** Gives the numbers that are trained, as the bank holds them; the features are read from more than these. */
  readonly trainedEncoder: PictureEncoder;
}

/**
 * Opens a run to read from it, also while it is being trained.
 *
 * @returns its `encode` throws NotFiniteError, a RunError, rather than give features that are not of length one
 * @throws {RunError} if there is no run, or it has no checkpoint yet, is damaged, or has diverged
 * @throws {DeviceError} if the device is not there
 */
export async function openRun(path: string, options: OpenRunOptions = {}): Promise<TrainedRun> {
  const folder = await RunFolder.open(path);
  try {
    return await openFolder(folder, options);
  } catch (error) {
    // Meanwhile an update may have put other pictures in the place of these.
    if ((await RunFolder.open(path)).picturesPath === folder.picturesPath) throw error;
    return openRun(path, options);
  }
}

async function openFolder(
  folder: RunFolder,
  { device = 'cpu', threads, onDamage }: OpenRunOptions,
): Promise<TrainedRun> {
  const { path, cachePath } = folder;
  const config = parseRunConfig(folder.config, path);
  const parts = await newestParts(folder, config, ['weights', 'bank'], onDamage);
  const { step } = parts;
  const { settings } = config;
  const form = await formOf(folder, config);
  const trained = numbersOf(parts.weights);
  const { file, weights } = await readEncoder(folder, form, { step, trained }, onDamage);
  const backend = await openBackend(device, threads);
  const name = folder.encoderPath;
  const encoder = await loadEncoder(file, { form, weights, backend, name });
  let ofTraining: Promise<LoadedEncoder> | undefined;
  const encodeTrained: Encode = async (images, count) => {
    if (weights === trained) return encoder.encode(images, count);
    ofTraining ??= loadEncoder(encoderFile(form, trained), { form, weights: trained, backend, name });
    return (await ofTraining).encode(images, count);
  };
  const release = async (): Promise<void> => {
    await encoder.release();
    await (await ofTraining)?.release();
  };
  // A network that was adopted has as many numbers as it has.
  const bankDim = config.network?.use === 'adopted' ? undefined : settings.dim;
  try {
    const ofCheckpoint = { step, bank: parts.bank, dim: bankDim, numRemembered: numRememberedOf(config) };
    const pictures = await readKnownPictures(folder, ofCheckpoint, encoder, onDamage);
    const transform = transformOf(settings, undefined);
    return {
      ...{ path, config, cachePath, form, step, weights, backend, ...encoder, ...pictures, release },
      trainedEncoder: { encode: encodeTrained, dim: pictures.bank.dim, transform },
    };
  } catch (error) {
    await encoder.release();
    throw error;
  }
}

/**
 * Reads parts of the newest checkpoint in which they are whole.
 *
 * @param onDamage told of newer ones, which are not
 * @throws {RunError} if there is no whole checkpoint, or the newest is damaged and nobody is to be told, or it was made
 *   with other settings than the configuration has now
 */
export async function newestParts<Part extends TensorPart>(
  folder: RunFolder,
  config: RunConfig,
  parts: readonly Part[],
  onDamage?: OnDamage,
): Promise<Readonly<Record<Part, Tensors>> & { readonly step: number }> {
  const { loaded, damaged } = await folder.loadNewest(parts);
  for (const { error } of damaged) {
    useInstead(error, wholeCheckpoint(folder, loaded.step), onDamage);
  }
  checkStateMadeWith(loaded.state, config, folder.path, loaded.step);
  return loaded;
}

/** Arrays of float32 by name, as checkpoints hold weights. */
export function numbersOf(tensors: Tensors): ReadonlyMap<string, Float32Array> {
  return new Map(Array.from(tensors, ([name, { data }]) => [name, data as Float32Array]));
}

/** What is used in place of a damaged checkpoint. */
export function wholeCheckpoint(folder: RunFolder, step: number): StandIn {
  const resume = `goes on from the checkpoint of step ${step}, which is whole`;
  return { what: 'An older checkpoint', path: folder.checkpointPath(step), resume };
}
