/** @file The rows of pictures that have come to a run: in its bank, and in its features. */
import { toFloat16 } from '../../core/half.js';
import { Random } from '../../core/random.js';
import { gatherRows } from '../../core/vector.js';
import { cachedEvalBatches } from '../../data/batches/eval-batches.js';
import type { PictureCache } from '../../data/cache/cache.js';
import { randomUnitRows } from '../../method/bank.js';
import type { Tensors, WritableTensors } from '../../store/tensors/tensor.js';
import { ENCODE_BATCH, type PictureEncoder } from '../embed.js';
import { extractFeatures } from '../features.js';
import type { TrainedRun } from '../open-run.js';
import type { RowBeginning } from '../run-update.js';

/** What the present encoder makes of pictures. */
export interface EncodedRows {
  /** float32[n, bank dim], what is trained */
  readonly bank: Float32Array;
  /** float32[n, dim], what is searched */
  readonly features: Float32Array;
}

/**
 * Encodes the pictures of a cache from a place on, at their centre.
 *
 * @param onProgress called with the number done so far
 * @throws the signal's reason
 */
export async function encodeFrom(
  cache: PictureCache,
  first: number,
  run: TrainedRun,
  onProgress: (done: number) => void,
  signal?: AbortSignal,
): Promise<EncodedRows> {
  const places = Array.from({ length: cache.length - first }, (_, i) => first + i);
  const rowsBy = async ({ encode, dim, transform }: PictureEncoder, before: number): Promise<Float32Array> => {
    const batches = cachedEvalBatches(cache, { ...transform, batch: ENCODE_BATCH, places, ...(signal && { signal }) });
    const told = (done: number): void => onProgress(Math.floor((before + done) / 2));
    return (await extractFeatures(batches, encode, dim, told)).features;
  };
  return { features: await rowsBy(run, 0), bank: await rowsBy(run.trainedEncoder, places.length) };
}

export interface BankChange {
  /** int32[kept], the rows that stay, in their new order */
  readonly kept: Int32Array;
  /** int32[remembered], rows that stay though their pictures are gone, in their new order */
  readonly remembered: Int32Array;
  /** float32[n, dim], by the encoder, of the pictures that come */
  readonly encoded: Float32Array;
  readonly newRows: RowBeginning;
  readonly dim: number;
  readonly dtype: 'float32' | 'float16';
  readonly seed: number;
  /** Of the update: each draws other random rows. */
  readonly number: number;
}

/** The bank of other pictures: rows that stay, after them those that come, and at the end those that are remembered. */
export function changedBank(before: Tensors, change: BankChange): WritableTensors {
  const { kept, remembered, encoded, newRows, dim, dtype, seed, number } = change;
  const old = before.get('bank')!.data as Float32Array;
  const added = newRows === 'encoded' ? encoded : new Float32Array(encoded.length);
  if (newRows === 'random') randomUnitRows(added, dim, new Random(seed, 'bank', number));
  const ofPictures = kept.length * dim + added.length;
  const data = new Float32Array(ofPictures + remembered.length * dim);
  data.set(gatherRows(old, kept, dim));
  data.set(added, kept.length * dim);
  data.set(gatherRows(old, remembered, dim), ofPictures);
  const shape = [data.length / dim, dim];
  return new Map([
    ['bank', dtype === 'float16' ? { dtype: 'F16', shape, data: toFloat16(data) } : { dtype: 'F32', shape, data }],
  ]);
}
