/** @file Features of pictures, batch by batch. */
import { NotFiniteError } from '../core/errors.js';
import { Random } from '../core/random.js';
import { checkFinite, checkUnit } from '../core/vector.js';

const ADVICE = 'The encoder is damaged, or its training has diverged: train anew, with a lower --lr.';

/** Turns float32[batch, 3, size, size], of which `count` rows are filled, into at least `count` rows of features. */
export type Encode = (images: Float32Array, count: number) => Promise<Float32Array>;

/**
 * What an encoder answers, where it can be relied on: if a number is not finite, nothing is answered.
 *
 * @param name of the encoder, for errors
 * @returns throws NotFiniteError then
 */
export function finiteOnly(encode: Encode, name: string): Encode {
  return async (images, count) => {
    const answers = await encode(images, count);
    checkFinite(answers, name, ADVICE);
    return answers;
  };
}

/**
 * An encoder whose features, float32[…, dim], can be relied on: where one is not of length one, nothing is answered.
 *
 * @param name of the encoder, for errors
 * @returns throws NotFiniteError then
 */
export function unitOnly(encode: Encode, dim: number, name: string): Encode {
  return async (images, count) => {
    const features = await encode(images, count);
    checkUnit(features.subarray(0, count * dim), dim, `${name}: features`, ADVICE);
    return features;
  };
}

/**
 * Encodes a picture of noise: what gives no feature even of that has diverged, and so have the rows of its bank.
 *
 * @param name of the encoder, for errors
 * @returns numbers of a feature
 * @throws {NotFiniteError} if the feature is not of length one
 */
export async function tryEncoder(encode: Encode, size: number, name: string): Promise<number> {
  const random = new Random(0, 'sample');
  const noise = Float32Array.from({ length: 3 * size * size }, () => random.normal());
  const feature = await encode(noise, 1);
  checkUnit(feature, feature.length, `${name}: features`, ADVICE);
  return feature.length;
}

interface ImageBatch<Item> {
  readonly pictures: readonly Item[];
  readonly images: Float32Array;
  readonly count: number;
}

/**
 * Encodes pictures as they arrive, batch by batch.
 *
 * @returns the pictures of each batch, in order, and float32[pictures, dim], which the next batch may overwrite
 */
export async function* featureBatches<Item>(
  batches: AsyncIterable<ImageBatch<Item>>,
  encode: Encode,
  dim: number,
): AsyncGenerator<{ readonly pictures: readonly Item[]; readonly features: Float32Array }> {
  for await (const { pictures, images, count } of batches) {
    const features = await encode(images, count).catch((error: unknown) => {
      throw error instanceof NotFiniteError ? withPicture(error, pictures) : error;
    });
    yield { pictures, features: features.subarray(0, count * dim) };
  }
}

/** The same error with the id of the picture that its row is of, where it has one. */
function withPicture(error: NotFiniteError, pictures: readonly unknown[]): NotFiniteError {
  const id = (pictures[error.row ?? -1] as { readonly id?: unknown } | undefined)?.id;
  return id === undefined ? error : new NotFiniteError(`${id}: ${error.message}`, error.row);
}

/**
 * Encodes pictures as they arrive; memory holds the features, not the pictures.
 *
 * @param onProgress called with the number of pictures done so far
 * @returns the pictures, in order, and float32[pictures, dim], a row for each
 */
export async function extractFeatures<Item>(
  batches: AsyncIterable<ImageBatch<Item>>,
  encode: Encode,
  dim: number,
  onProgress: (done: number) => void = () => undefined,
): Promise<{ readonly pictures: readonly Item[]; readonly features: Float32Array }> {
  const pictures: Item[] = [];
  let features = new Float32Array(dim * 1024);
  for await (const { pictures: items, features: rows } of featureBatches(batches, encode, dim)) {
    const end = pictures.length * dim + rows.length;
    if (end > features.length) {
      const grown = new Float32Array(2 * end);
      grown.set(features);
      features = grown;
    }
    features.set(rows, pictures.length * dim);
    for (const item of items) pictures.push(item);
    onProgress(pictures.length);
  }
  return { pictures, features: features.slice(0, pictures.length * dim) };
}
