/** @file What is known of each picture of a run: its row in the memory bank, and its feature by the run's encoder. */

import { DamageError, RunError } from '../core/errors.js';
import { type OnDamage, useInstead } from '../core/used-instead.js';
import { checkUnit } from '../core/vector.js';
import { openCache } from '../data/cache/cache.js';
import type { Embeddings } from '../store/embeddings/embeddings-format.js';
import type { RunFolder } from '../store/run-folder/run-folder.js';
import { readFeatures } from '../store/run-folder/stored-features.js';
import type { Tensors } from '../store/tensors/tensor.js';

/** Features of the pictures of a training, in its order, and what they are from. */
export interface RunEmbeddings extends Embeddings {
  /**
   * `features`: by the run's encoder, of each picture as it is. `bank`: rows of the memory bank, means over the crops of
   * the last epochs, where there are no features, as while a run is trained.
   */
  readonly source: 'features' | 'bank';
}

export interface KnownPictures {
  readonly bank: Embeddings;
  /** What is searched. */
  readonly embeddings: RunEmbeddings;
}

/**
 * Reads what is known of the pictures of a run. Features of any other encoder are passed over.
 *
 * @param checkpoint its bank, how many numbers a row of that has, if that is not the network's own business, and how many rows it
 *   has after those of the pictures
 * @param encoder of the same checkpoint
 * @param onDamage told of features that are damaged
 * @throws {RunError} if the bank is not of the run's pictures, or has diverged, or nobody is to be told
 */
export async function readKnownPictures(
  folder: RunFolder,
  checkpoint: StoredBank & { readonly step: number },
  encoder: { readonly encoderKey: string; readonly dim: number },
  onDamage?: OnDamage,
): Promise<KnownPictures> {
  const cache = openCache(folder.cachePath);
  const { ids, labels, fingerprint } = cache;
  cache.close();
  const isLabelled = labels.some((label) => label !== undefined);
  const pictures = { ids, ...(isLabelled && { labels: labels.map((label) => label ?? null) }) };
  const bank = { ...pictures, ...bankRows(folder, checkpoint, ids.length) };
  const path = folder.featuresPath;
  const read = async (): Promise<Float32Array | undefined> => {
    const features = await readFeatures(path, { ...encoder, fingerprint });
    if (features === undefined || features.length === ids.length * encoder.dim) return features;
    throw new DamageError(`${path}: expected float32[${ids.length}, ${encoder.dim}], got ${features.length} numbers`);
  };
  const features = await read().catch((error: unknown) => {
    if (!(error instanceof DamageError)) throw error;
    const bankPath = folder.checkpointPath(checkpoint.step, 'bank');
    const instead = { what: 'For the pictures of the training, the memory bank', path: bankPath };
    useInstead(error, { ...instead, resume: 'makes the features anew' }, onDamage);
    return undefined;
  });
  if (features === undefined) return { bank, embeddings: { ...bank, source: 'bank' } };
  const { dim, encoderKey } = encoder;
  return { bank, embeddings: { ...pictures, features, dim, encoderKey, source: 'features' } };
}

interface StoredBank {
  readonly bank: Tensors;
  readonly dim: number | undefined;
  readonly numRemembered: number;
}

/** The rows of the pictures; all are checked. */
function bankRows(
  folder: RunFolder,
  { bank, dim: expected, numRemembered }: StoredBank,
  numPictures: number,
): {
  readonly features: Float32Array;
  readonly dim: number;
} {
  const { data: rows, shape = [] } = bank.get('bank') ?? {};
  const dim = expected ?? shape[1] ?? 0;
  const numRows = numPictures + numRemembered;
  if (!(rows instanceof Float32Array) || shape[0] !== numRows || shape[1] !== dim) {
    throw new RunError(
      `${folder.path}: expected a bank of float32[${numRows}, ${dim}], got [${shape}]. The run is damaged.`,
    );
  }
  checkUnit(rows, dim, `${folder.path}: bank`, 'The run is damaged, or has diverged: train anew, with a lower --lr.');
  return { features: rows.subarray(0, numPictures * dim), dim };
}
