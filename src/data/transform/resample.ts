/** @file Resampling with antialiasing: Pillow's triangle and cubic filters, without its rounding between the two passes. */

import type { Rgb } from '../picture.js';

/** How a pixel is made of those around it; of the wider one's ends some count negatively, so that edges stay sharp. */
export const INTERPOLATIONS = ['bilinear', 'bicubic'] as const;
export type Interpolation = (typeof INTERPOLATIONS)[number];

interface Kernel {
  /** How far it reaches, in pixels of the result. */
  readonly support: number;
  /** @param x distance from its centre, ≥ 0 and < support */
  at(x: number): number;
}

/** Pillow's: the cubic is Keys', with a = −0.5. */
export const KERNELS: Readonly<Record<Interpolation, Kernel>> = {
  bilinear: { support: 1, at: (x) => Math.max(1 - x, 0) },
  bicubic: {
    support: 2,
    at: (x) => (x < 1 ? (1.5 * x - 2.5) * x * x + 1 : Math.min(0, ((-0.5 * x + 2.5) * x - 4) * x + 2)),
  },
};

/** From 8-bit levels to [0, 1]. */
const PER_LEVEL = 1 / 255;

/** A rectangle of pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Which pixels of one axis make each output pixel, and with what weights. */
export class Taps {
  starts = new Int32Array(0);
  lengths = new Int32Array(0);
  /** float64[count, stride] */
  weights = new Float64Array(0);
  stride = 0;

  /**
   * The kernel is as wide as the reduction (in/out), and never narrower than itself: enlarging is plain interpolation. Centres of pixels are at half-integers, and weights beyond the edge are left out and made up for.
   *
   * @param first first output pixel wanted, of the `outLength` that the whole axis would give
   * @param count how many
   */
  set(inLength: number, outLength: number, first: number, count: number, kernel: Kernel): void {
    const scale = inLength / outLength;
    const stretch = Math.max(scale, 1);
    const support = stretch * kernel.support;
    this.stride = Math.ceil(support) * 2 + 1;
    if (this.starts.length < count) {
      this.starts = new Int32Array(count);
      this.lengths = new Int32Array(count);
    }
    if (this.weights.length < count * this.stride) this.weights = new Float64Array(count * this.stride);
    for (let i = 0; i < count; i++) {
      const centre = (first + i + 0.5) * scale;
      const start = Math.max(Math.trunc(centre - support + 0.5), 0);
      const length = Math.min(Math.trunc(centre + support + 0.5), inLength) - start;
      const at = i * this.stride;
      let total = 0;
      for (let k = 0; k < length; k++) {
        const weight = kernel.at(Math.abs(start + k - centre + 0.5) / stretch);
        this.weights[at + k] = weight;
        total += weight;
      }
      for (let k = 0; k < length; k++) this.weights[at + k]! /= total;
      this.starts[i] = start;
      this.lengths[i] = length;
    }
  }
}

/** Resamples one picture after the other, with the same scratch memory. Not to be shared between threads. */
export class Resampler {
  readonly #kernel: Kernel;
  readonly #across = new Taps();
  readonly #down = new Taps();
  /** float32[rows, 3, width]: the box, resampled across. */
  #rows = new Float32Array(0);

  constructor(interpolation: Interpolation = 'bilinear') {
    this.#kernel = KERNELS[interpolation];
  }

  /**
   * Brings a box of a picture to `outWidth` × `outHeight` and gives the `size` × `size` window of that at `left`, `top`.
   * Pixels outside the box have no part in it.
   *
   * @param flip mirror the window left to right
   * @param out float32[3, size, size], in [0, 1]; overwritten
   */
  resample(
    picture: Rgb,
    box: Box,
    scaled: { readonly width: number; readonly height: number },
    window: { readonly left: number; readonly top: number; readonly size: number },
    flip: boolean,
    out: Float32Array,
  ): void {
    const { size } = window;
    this.#across.set(box.width, scaled.width, window.left, size, this.#kernel);
    this.#down.set(box.height, scaled.height, window.top, size, this.#kernel);
    const { starts, lengths } = this.#down;
    const firstRow = starts[0]!;
    const numRows = starts[size - 1]! + lengths[size - 1]! - firstRow;
    this.#resampleAcross(picture, box, firstRow, numRows, size, flip);
    this.#resampleDown(firstRow, size, out);
  }

  #resampleAcross(picture: Rgb, box: Box, firstRow: number, numRows: number, size: number, flip: boolean): void {
    if (this.#rows.length < numRows * 3 * size) this.#rows = new Float32Array(numRows * 3 * size);
    const rows = this.#rows;
    const { pixels } = picture;
    const { starts, lengths, weights, stride } = this.#across;
    for (let row = 0; row < numRows; row++) {
      const rowStart = ((box.top + firstRow + row) * picture.width + box.left) * 3;
      const target = row * 3 * size;
      for (let x = 0; x < size; x++) {
        let at = rowStart + starts[x]! * 3;
        const end = x * stride + lengths[x]!;
        let red = 0;
        let green = 0;
        let blue = 0;
        for (let k = x * stride; k < end; k++, at += 3) {
          const weight = weights[k]!;
          red += weight * pixels[at]!;
          green += weight * pixels[at + 1]!;
          blue += weight * pixels[at + 2]!;
        }
        const to = target + (flip ? size - 1 - x : x);
        rows[to] = red;
        rows[to + size] = green;
        rows[to + 2 * size] = blue;
      }
    }
  }

  #resampleDown(firstRow: number, size: number, out: Float32Array): void {
    const rows = this.#rows;
    const { starts, lengths, weights, stride } = this.#down;
    const plane = size * size;
    for (let y = 0; y < size; y++) {
      const first = y * stride;
      const end = first + lengths[y]!;
      const from = (starts[y]! - firstRow) * 3 * size;
      for (let x = 0; x < size; x++) {
        let at = from + x;
        let red = 0;
        let green = 0;
        let blue = 0;
        for (let k = first; k < end; k++, at += 3 * size) {
          const weight = weights[k]!;
          red += weight * rows[at]!;
          green += weight * rows[at + size]!;
          blue += weight * rows[at + 2 * size]!;
        }
        const to = y * size + x;
        out[to] = level(red);
        out[to + plane] = level(green);
        out[to + 2 * plane] = level(blue);
      }
    }
  }
}

/** Beside a sharp edge the cubic overshoots. */
function level(x: number): number {
  return Math.min(Math.max(x, 0), 255) * PER_LEVEL;
}
