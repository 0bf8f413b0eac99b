/** @file A trained run, opened to answer with. */
import { readFile } from 'node:fs/promises';
import { RunError } from '../core/errors.js';
import { contentKey, openCache } from '../data/index.js';
import type { PictureEncoder } from '../eval/embed.js';
import type { Device } from '../graph/target.js';
import { type Backend, openBackend } from '../runtime/device.js';
import { Model } from '../runtime/model.js';
import type { Embeddings } from '../store/embeddings/format.js';
import { RunFolder } from '../store/run-folder.js';
import { batchEncoder } from './batch-encoder.js';
import { parseRunConfig, type RunConfig } from './config.js';

export interface OpenRunOptions {
  /** Where the encoder runs, whatever it was trained on; default `cpu`. */
  readonly device?: Device;
  /** CPU threads of one operator; default all cores. */
  readonly threads?: number;
}

/** The encoder and the memory bank of the newest checkpoint. */
export interface TrainedRun extends PictureEncoder {
  readonly path: string;
  readonly config: RunConfig;
  /** Rows of the memory bank with the pictures they are of, in the order of training. */
  readonly bank: Embeddings;
  readonly backend: Backend;
  /** SHA-256 of the encoder's file: features of the same key can be compared. */
  readonly encoderKey: string;
  release(): Promise<void>;
}

/**
 * Opens a run to read from it, also while it is being trained.
 *
 * @throws {RunError} if there is no run, or it has no checkpoint yet, or is damaged
 * @throws {DeviceError} if the device is not there
 */
export async function openRun(path: string, { device = 'cpu', threads }: OpenRunOptions = {}): Promise<TrainedRun> {
  const folder = await RunFolder.open(path);
  const config = parseRunConfig(folder.config, path);
  const bank = await openBank(folder, config);
  const encoder = await readFile(folder.encoderPath).catch(() => {
    throw new RunError(`${path}: expected encoder.onnx in it, got none. Go on with --resume, which writes it.`);
  });
  const backend = await openBackend(device, threads);
  const model = await Model.load(encoder, backend);
  const { encode, release } = batchEncoder(model, config.settings, await weightsOf(folder), backend);
  const { size, resize, mean, std } = config.settings;
  return {
    path,
    config,
    bank,
    backend,
    encoderKey: contentKey(encoder),
    dim: bank.dim,
    transform: { size, resize, mean, std },
    encode,
    release,
  };
}

/** Parameters and buffers of the newest checkpoint, by name. */
export async function weightsOf(folder: RunFolder): Promise<ReadonlyMap<string, Float32Array>> {
  const weights = await folder.loadPart('weights');
  return new Map(Array.from(weights, ([name, { data }]) => [name, data as Float32Array]));
}

async function openBank(folder: RunFolder, { settings: { dim } }: RunConfig): Promise<Embeddings> {
  const features = (await folder.loadPart('bank')).get('bank')?.data;
  const cache = openCache(folder.cachePath);
  const { ids, labels } = cache;
  cache.close();
  if (!(features instanceof Float32Array) || features.length !== ids.length * dim) {
    throw new RunError(
      `${folder.path}: expected a bank of float32[${ids.length}, ${dim}], got ${features?.length ?? 'no'} numbers. The run is damaged.`,
    );
  }
  const isLabelled = labels.some((label) => label !== undefined);
  return { ids, ...(isLabelled && { labels: labels.map((label) => label ?? null) }), features, dim };
}
