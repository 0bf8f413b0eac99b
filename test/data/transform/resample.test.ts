/** @file Resampling against a naive float64 implementation of Pillow's description. */

import { describe, expect, it } from 'vitest';
import type { Rgb } from '#src/data/picture.js';
import { type Box, Resampler } from '#src/data/transform/resample.js';
import { noise } from '../pictures.js';

/** Levels are at most 1 and kept as float32, once between the passes (up to 255) and once at the end. */
const TOLERANCE = 2e-7;

/** Weights by the distance from a pixel's centre. Keys (1981), eq. 15: the cubic convolution, here with a = −1/2. */
const KERNELS = {
  bilinear: (x: number) => Math.max(0, 1 - x),
  bicubic: (x: number) =>
    x < 1 ? (3 / 2) * x ** 3 - (5 / 2) * x ** 2 + 1 : x < 2 ? (-1 / 2) * x ** 3 + (5 / 2) * x ** 2 - 4 * x + 2 : 0,
};
type Kernel = (typeof KERNELS)[keyof typeof KERNELS];

/** One axis: each output is the mean of all inputs, weighted by a kernel around its centre. */
function naiveAxis(values: readonly number[], outLength: number, kernel: Kernel): number[] {
  const scale = values.length / outLength;
  const stretch = Math.max(scale, 1);
  return Array.from({ length: outLength }, (_, out) => {
    const weights = values.map((_, i) => kernel(Math.abs(i + 0.5 - (out + 0.5) * scale) / stretch));
    const total = weights.reduce((a, b) => a + b, 0);
    return values.reduce((sum, value, i) => sum + value * weights[i]!, 0) / total;
  });
}

/** float64[3][height][width] of a box at its new size. */
function naive(picture: Rgb, box: Box, width: number, height: number, kernel: Kernel = KERNELS.bilinear): number[][][] {
  return [0, 1, 2].map((channel) => {
    const rows = Array.from({ length: box.height }, (_, y) => {
      const row = Array.from({ length: box.width }, (_, x) => {
        return picture.pixels[3 * ((box.top + y) * picture.width + box.left + x) + channel]! / 255;
      });
      return naiveAxis(row, width, kernel);
    });
    const columns = Array.from({ length: width }, (_, x) =>
      naiveAxis(
        rows.map((row) => row[x]!),
        height,
        kernel,
      ),
    );
    return Array.from({ length: height }, (_, y) => columns.map((column) => column[y]!));
  });
}

const picture = noise(41, 29);
const resampler = new Resampler();

describe('Resampler', () => {
  it.each([
    ['reduces', { left: 0, top: 0, width: 41, height: 29 }, 16],
    ['reduces strongly', { left: 2, top: 1, width: 38, height: 28 }, 3],
    ['enlarges', { left: 30, top: 20, width: 7, height: 5 }, 16],
    ['enlarges across and reduces down', { left: 5, top: 3, width: 4, height: 25 }, 12],
    ['enlarges one pixel', { left: 40, top: 28, width: 1, height: 1 }, 4],
    ['makes one pixel', { left: 3, top: 3, width: 20, height: 20 }, 1],
  ])('%s a box as the triangle filter says', (_, box, size) => {
    const expected = naive(picture, box, size, size).flat(2);
    const out = new Float32Array(3 * size * size);
    resampler.resample(picture, box, { width: size, height: size }, { left: 0, top: 0, size }, false, out);
    expect(Math.max(...expected.map((value, i) => Math.abs(value - out[i]!)))).toBeLessThan(TOLERANCE);
  });

  it.each([
    ['reduces', { left: 0, top: 0, width: 41, height: 29 }, 16],
    ['enlarges', { left: 30, top: 20, width: 7, height: 5 }, 16],
    ['enlarges one pixel', { left: 40, top: 28, width: 1, height: 1 }, 4],
  ])('%s a box as the cubic filter says, within black and white', (_, box, size) => {
    const expected = naive(picture, box, size, size, KERNELS.bicubic).flat(2);
    const out = new Float32Array(3 * size * size);
    const cubic = new Resampler('bicubic');
    cubic.resample(picture, box, { width: size, height: size }, { left: 0, top: 0, size }, false, out);
    const within = (value: number): number => Math.min(1, Math.max(0, value));
    expect(Math.max(...expected.map((value, i) => Math.abs(within(value) - out[i]!)))).toBeLessThan(2 * TOLERANCE);
  });

  it('gives a window of the whole, mirrored when asked', () => {
    const box = { left: 0, top: 0, width: 41, height: 29 };
    const whole = naive(picture, box, 30, 20);
    const size = 11;
    for (const flip of [false, true]) {
      const out = new Float32Array(3 * size * size);
      resampler.resample(picture, box, { width: 30, height: 20 }, { left: 13, top: 7, size }, flip, out);
      const expected = whole.flatMap((plane) =>
        plane.slice(7, 7 + size).flatMap((row) => (flip ? row.slice(13, 24).reverse() : row.slice(13, 24))),
      );
      expect(Math.max(...expected.map((value, i) => Math.abs(value - out[i]!)))).toBeLessThan(TOLERANCE);
    }
  });

  it('leaves a box of the right size as it is', () => {
    const size = 9;
    const out = new Float32Array(3 * size * size);
    const box = { left: 4, top: 6, width: size, height: size };
    resampler.resample(picture, box, { width: size, height: size }, { left: 0, top: 0, size }, false, out);
    const level = picture.pixels[3 * ((6 + 2) * 41 + 4 + 3) + 1]!;
    expect(out[(size + 2) * size + 3]).toBeCloseTo(level / 255, 6);
  });
});
