/** @file Fills a batch for evaluation, through the test transform. */
import { inOrder } from '../../core/in-order.js';
import type { PictureCache } from '../cache/cache.js';
import { shortSideOf } from '../cache/cache-format.js';
import { decodePicture } from '../decode/decode.js';
import type { Reading } from '../decode/readings.js';
import { failureReason, type Picture, type Rgb } from '../picture.js';
import { CentreCropper, type TestTransform } from '../transform/centre-crop.js';

const IN_FLIGHT = 8;

/** Where the pixels of a picture come from: its file, or a place in the cache. */
export type EvalSource = Picture | number;

/** A batch, and what became of each picture; all by their numbers among those that were asked for. */
export interface MadeEvalBatch {
  /** float32[batch, 3, size, size], normalised; of the rows as many are filled as there are `rows`. */
  readonly images: Float32Array;
  /** Those whose pixels the rows are. */
  readonly rows: readonly number[];
  /** Those that cannot be decoded, and why. */
  readonly broken: readonly (readonly [source: number, reason: string])[];
  /** Those of which there is something to tell. */
  readonly read: readonly (readonly [source: number, readings: readonly Reading[]])[];
}

/** Makes one batch after the other, in the thread that calls it. */
export class EvalMaker {
  readonly #cropper: CentreCropper;
  readonly #cache: PictureCache | undefined;
  readonly #size: number;
  readonly #shortSide: number;

  /**
   * @param cache in which places are, if there are any
   * @throws {ArgumentError} if `resize` is less than `size`
   */
  constructor(transform: TestTransform, cache?: PictureCache) {
    this.#cropper = new CentreCropper(transform);
    this.#size = transform.size;
    this.#shortSide = shortSideOf(transform);
    this.#cache = cache;
  }

  /**
   * @param images float32[batch, 3, size, size], for at least as many pictures; overwritten
   * @throws {DamageError} if the cache is damaged; the signal's reason
   */
  async fill(sources: readonly EvalSource[], images: Float32Array, signal?: AbortSignal): Promise<MadeEvalBatch> {
    const stride = 3 * this.#size * this.#size;
    const rows: number[] = [];
    const broken: [number, string][] = [];
    const read: [number, readonly Reading[]][] = [];
    let number = 0;
    for await (const pixels of inOrder(sources, IN_FLIGHT, (source) => this.#pixels(source), signal)) {
      if (typeof pixels === 'string') broken.push([number, pixels]);
      else {
        this.#cropper.apply(pixels.rgb, images.subarray(rows.length * stride, (rows.length + 1) * stride));
        rows.push(number);
        if (pixels.readings.length > 0) read.push([number, pixels.readings]);
      }
      number++;
    }
    return { images, rows, broken, read };
  }

  /** Pixels, or why there are none. */
  async #pixels(source: EvalSource): Promise<{ rgb: Rgb; readings: readonly Reading[] } | string> {
    if (typeof source === 'number') return { rgb: this.#cache!.read(source), readings: [] };
    try {
      const rgb = await decodePicture(source, this.#shortSide);
      return { rgb, readings: rgb.readings };
    } catch (error) {
      return failureReason(error);
    }
  }
}
