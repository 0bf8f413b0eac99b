/**
 * @file Batches for evaluation, through the test transform.
 *
 * Straight from files a picture is first reduced exactly as it would be for the cache, so a picture of the training set
 * gives the same pixels to the bit whether it comes from its file or from the cache.
 */

import { inOrder } from '../../core/in-order.js';
import type { PictureCache } from '../cache/cache.js';
import { cacheShortSide } from '../cache/cache-format.js';
import { decodePicture } from '../decode/decode.js';
import type { Reading } from '../decode/readings.js';
import { type Decoded, failureReason, type Picture, type Rgb, type Skipped } from '../picture.js';
import { CentreCropper, type TestTransform } from '../transform/centre-crop.js';

const IN_FLIGHT = 8;

export interface EvalOptions extends TestTransform {
  /** Pictures a batch, ≥ 1. */
  readonly batch: number;
  readonly signal?: AbortSignal;
}

/** A batch whose memory is used again for the next one. */
export interface EvalBatch<Item> {
  /** What the rows are, `count` of them. */
  readonly pictures: readonly Item[];
  /** float32[batch, 3, size, size], normalised; rows from `count` on mean nothing. */
  readonly images: Float32Array;
  /** Rows that are filled: `batch`, but for the last. */
  readonly count: number;
}

/**
 * Decodes pictures and yields them in order. One that cannot be decoded is reported and left out.
 *
 * @param options.onSkip called with each picture that is left out
 * @param options.onRead called with each picture of which there is something to tell
 * @throws {ArgumentError} if `resize` is less than `size`
 */
export function evalBatches<Item extends Picture>(
  pictures: Iterable<Item> | AsyncIterable<Item>,
  options: EvalOptions & {
    readonly onSkip?: (skipped: Skipped) => void;
    readonly onRead?: (id: string, readings: readonly Reading[]) => void;
  },
): AsyncGenerator<EvalBatch<Item>> {
  const shortSide = cacheShortSide(options.size);
  async function* decode(): AsyncGenerator<[Item, Rgb]> {
    const decoded = inOrder(pictures, IN_FLIGHT, (picture) => tryDecode(picture, shortSide), options.signal);
    for await (const { picture, rgb, reason } of decoded) {
      if (rgb === undefined) options.onSkip?.({ path: picture.id, reason });
      else {
        if (rgb.readings.length > 0) options.onRead?.(picture.id, rgb.readings);
        yield [picture, rgb];
      }
    }
  }
  return croppedBatches(decode(), options);
}

/**
 * The same from an open cache; the items are places in it.
 *
 * @param options.places which pictures, by place; all if not given
 */
export function cachedEvalBatches(
  cache: PictureCache,
  options: EvalOptions & { readonly places?: Iterable<number> },
): AsyncGenerator<EvalBatch<number>> {
  function* read(): Generator<[number, Rgb]> {
    for (const i of options.places ?? Array(cache.length).keys()) {
      options.signal?.throwIfAborted();
      yield [i, cache.read(i)];
    }
  }
  return croppedBatches(read(), options);
}

type Tried<Item> = { picture: Item } & ({ rgb: Decoded; reason?: never } | { rgb?: never; reason: string });

async function tryDecode<Item extends Picture>(picture: Item, shortSide: number): Promise<Tried<Item>> {
  try {
    return { picture, rgb: await decodePicture(picture, shortSide) };
  } catch (error) {
    return { picture, reason: failureReason(error) };
  }
}

/** The same of pictures that are decoded already, reduced as for the cache. */
export async function* croppedBatches<Item>(
  items: AsyncIterable<[Item, Rgb]> | Iterable<[Item, Rgb]>,
  options: EvalOptions,
): AsyncGenerator<EvalBatch<Item>> {
  const { size, batch } = options;
  const cropper = new CentreCropper(options);
  const stride = 3 * size * size;
  const images = new Float32Array(batch * stride);
  let pictures: Item[] = [];
  for await (const [item, rgb] of items) {
    cropper.apply(rgb, images.subarray(pictures.length * stride, (pictures.length + 1) * stride));
    pictures.push(item);
    if (pictures.length < batch) continue;
    yield { pictures, images, count: batch };
    pictures = [];
  }
  if (pictures.length > 0) yield { pictures, images, count: pictures.length };
}
