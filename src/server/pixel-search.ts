/** @file What the plain pixels find: the cosine of small, centred pictures, compared with every other, exactly. */
import { setImmediate } from 'node:timers/promises';
import type { Rgb } from '../data/picture.js';
import { CentreCropper } from '../data/transform/centre-crop.js';
import type { Neighbours } from '../search/neighbours.js';
import { TopK } from '../search/topk.js';

const SIDE = 16;
const DIM = 3 * SIDE * SIDE;
/** Rows compared, and milliseconds worked, before the thread may do something else. */
const BLOCK = 4096;
const SLICE_MS = 20;
const LARGEST = 127;

export class PixelSearch {
  /** int8[n, 3 · 16 · 16]: a byte a number tells pictures apart as well as a float, in a quarter of the memory. */
  readonly #rows: Int8Array;
  /** float32[n] */
  readonly #lengths: Float32Array;
  readonly #cropper = new CentreCropper({ size: SIDE, resize: SIDE, mean: [0, 0, 0], std: [1, 1, 1] });
  readonly #image = new Float32Array(DIM);

  private constructor(numRows: number) {
    this.#rows = new Int8Array(numRows * DIM);
    this.#lengths = new Float32Array(numRows);
  }

  /**
   * Looks at every picture once.
   *
   * @param read the picture of a row; undefined if it cannot be read, which is then never found
   * @throws the signal's reason
   */
  static async create(
    numRows: number,
    read: (row: number) => Promise<Rgb | undefined>,
    signal: AbortSignal,
  ): Promise<PixelSearch> {
    const search = new PixelSearch(numRows);
    let rested = performance.now();
    for (let row = 0; row < numRows; row++) {
      if (performance.now() - rested > SLICE_MS) {
        await setImmediate();
        signal.throwIfAborted();
        rested = performance.now();
      }
      const picture = await read(row);
      if (picture !== undefined) search.#rows.set(search.vector(picture), row * DIM);
      search.#lengths[row] = length(search.row(row));
    }
    return search;
  }

  /** The vector of a row. */
  row(row: number): Int8Array {
    return this.#rows.subarray(row * DIM, (row + 1) * DIM);
  }

  /** int8[3 · 16 · 16]: the middle of a picture, made small, its mean taken away, stretched to what a byte holds. */
  vector(picture: Rgb): Int8Array {
    const image = this.#image;
    this.#cropper.apply(picture, image);
    const mean = image.reduce((sum, value) => sum + value, 0) / DIM;
    const largest = image.reduce((max, value) => Math.max(max, Math.abs(value - mean)), 1e-6);
    return Int8Array.from(image, (value) => Math.round((LARGEST * (value - mean)) / largest));
  }

  /** The `k` rows most similar to a vector, best first. */
  async nearest(query: Int8Array, k: number, exclude = -1): Promise<Neighbours> {
    const numRows = this.#lengths.length;
    const best = new TopK(1, k, Int32Array.of(exclude));
    const queryLength = length(query);
    for (let first = 0; first < numRows; first += BLOCK) {
      const scores = new Float32Array(Math.min(BLOCK, numRows - first));
      for (let i = 0; i < scores.length; i++) {
        scores[i] = product(query, this.#rows, (first + i) * DIM) / (queryLength * this.#lengths[first + i]!);
      }
      best.offer(0, scores, first);
      await setImmediate();
    }
    return best.finish();
  }
}

function length(vector: Int8Array): number {
  return Math.sqrt(product(vector, vector, 0));
}

/** Sum of products, exact in integers. */
function product(a: Int8Array, b: Int8Array, bStart: number): number {
  let sum = 0;
  for (let i = 0; i < DIM; i++) sum += a[i]! * b[bStart + i]!;
  return sum;
}
