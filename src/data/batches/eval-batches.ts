/**
 * @file Batches for evaluation, through the test transform.
 *
 * Straight from files a picture is first reduced exactly as it would be for the cache, so a picture of the training set
 * gives the same pixels to the bit whether it comes from its file or from the cache.
 */
import { availableParallelism } from 'node:os';
import { inChunks } from '../../core/in-chunks.js';
import { inOrder } from '../../core/in-order.js';
import type { PictureCache } from '../cache/cache.js';
import type { Reading } from '../decode/readings.js';
import type { Picture, Rgb, Skipped } from '../picture.js';
import { CentreCropper, type TestTransform } from '../transform/centre-crop.js';
import { EvalMaker, type EvalSource, type MadeEvalBatch } from './eval-maker.js';
import { EvalThread } from './eval-thread.js';

/** One decodes and crops for the encoder on four cores, which takes longer. */
const NUM_THREADS = Math.max(1, Math.floor(availableParallelism() / 4));

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
  /** Rows that are filled: `batch`, but for the last, and for pictures that cannot be decoded. */
  readonly count: number;
}

/**
 * Decodes pictures and yields them in order. One that cannot be decoded is reported and left out.
 *
 * @param options.onSkip called with each picture that is left out
 * @param options.onRead called with each picture of which there is something to tell
 * @throws {ArgumentError} if `resize` is less than `size`
 */
export async function* evalBatches<Item extends Picture>(
  pictures: Iterable<Item> | AsyncIterable<Item>,
  options: EvalOptions & {
    readonly onSkip?: (skipped: Skipped) => void;
    readonly onRead?: (id: string, readings: readonly Reading[]) => void;
  },
): AsyncGenerator<EvalBatch<Item>> {
  for await (const { items, images, rows, broken, read } of madeAhead(pictures, options)) {
    for (const [i, reason] of broken) options.onSkip?.({ path: items[i]!.id, reason });
    for (const [i, readings] of read) options.onRead?.(items[i]!.id, readings);
    if (rows.length > 0) yield { pictures: rows.map((i) => items[i]!), images, count: rows.length };
  }
}

/**
 * The same from an open cache; the items are places in it.
 *
 * @param options.places which pictures, by place; all if not given
 */
export async function* cachedEvalBatches(
  cache: PictureCache,
  options: EvalOptions & { readonly places?: Iterable<number> },
): AsyncGenerator<EvalBatch<number>> {
  for await (const { items, images } of madeAhead(options.places ?? Array(cache.length).keys(), options, cache)) {
    yield { pictures: items, images, count: items.length };
  }
}

/**
 * Makes batches in threads, ahead of whoever asks for them and blocks its own thread with the ones before; a single batch is
 * made where it is asked for.
 */
async function* madeAhead<Item extends EvalSource>(
  pictures: Iterable<Item> | AsyncIterable<Item>,
  options: EvalOptions,
  cache?: PictureCache,
): AsyncGenerator<MadeEvalBatch & { readonly items: readonly Item[] }> {
  const { batch, size, signal } = options;
  const here = new EvalMaker(options, cache);
  const memory = (): Float32Array => new Float32Array(batch * 3 * size * size);
  const chunks = inChunks(pictures, batch);
  const [first, second] = [await chunks.next(), await chunks.next()];
  if (first.done) return;
  if (second.done) return yield { items: first.value, ...(await here.fill(first.value, memory(), signal)) };
  async function* all(): AsyncGenerator<readonly Item[]> {
    yield* [first.value!, second.value as readonly Item[]];
    yield* chunks;
  }
  const threads = Array.from({ length: NUM_THREADS }, () => new EvalThread(options, cache?.dir));
  const free = Array.from({ length: NUM_THREADS + 1 }, memory);
  let numOrdered = 0;
  const ordered = inOrder(
    all(),
    free.length,
    async (items) => {
      const thread = threads[numOrdered++ % threads.length]!;
      return { items, ...(await thread.fill(items, free.pop()!, signal)) };
    },
    signal,
  );
  try {
    for await (const made of ordered) {
      yield made;
      free.push(made.images);
    }
  } finally {
    await Promise.all(threads.map((thread) => thread.close()));
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
