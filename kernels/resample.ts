/**
 * @file The inner loops of src/data/transform/resample.ts, which says what they compute: the same sums in the same order,
 * rounded at the same places.
 */
import { both, clamp, loadTwo, storeOne, storeTwo, TWO } from './pairs';

/** Bytes of a pixel's four float64. */
const PIXEL: usize = 32;

/**
 * Resamples rows of pixels across.
 *
 * @param source uint8[numRows, width, 3]; two bytes beyond its end are read
 * @param starts int32[size], lengths int32[size], weights float64[size, taps]: which pixels make each of the result
 * @param wide float64[width, 4], overwritten
 * @param rows float32[numRows, 3, size], overwritten
 */
export function resampleAcross(
  source: usize,
  numRows: i32,
  width: i32,
  starts: usize,
  lengths: usize,
  weights: usize,
  taps: i32,
  size: i32,
  flip: bool,
  wide: usize,
  rows: usize,
): void {
  const plane = <usize>size * 4;
  for (let row = 0; row < numRows; row++) {
    for (let at = wide, end = wide + <usize>width * PIXEL; at < end; at += PIXEL, source += 3) {
      const levels = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(source)));
      v128.store(at, f64x2.convert_low_i32x4_u(levels));
      v128.store(at, f64x2.convert_low_i32x4_u(i32x4.shuffle(levels, levels, 2, 3, 2, 3)), 16);
    }
    for (let x = 0; x < size; x++) {
      const at = <usize>x * 4;
      let pixel = wide + <usize>load<i32>(starts + at) * PIXEL;
      let weight = weights + <usize>x * <usize>taps * 8;
      let redGreen = both(0);
      let blue = both(0);
      for (const end = weight + <usize>load<i32>(lengths + at) * 8; weight < end; weight += 8, pixel += PIXEL) {
        const factor = v128.load64_splat(weight);
        redGreen = f64x2.add(redGreen, f64x2.mul(factor, v128.load(pixel)));
        blue = f64x2.add(blue, f64x2.mul(factor, v128.load(pixel, 16)));
      }
      const to = rows + (flip ? plane - 4 - at : at);
      const rounded = f32x4.demote_f64x2_zero(redGreen);
      v128.store32_lane(to, rounded, 0);
      v128.store32_lane(to + plane, rounded, 1);
      storeOne(to + 2 * plane, blue);
    }
    rows += 3 * plane;
  }
}

/** From 8-bit levels to [0, 1]. */
const PER_LEVEL: f64 = 1.0 / 255.0;

/**
 * Resamples rows of pixels down.
 *
 * @param rows float32[numRows, 3, size]; of a number beyond its end nothing comes
 * @param starts int32[size], lengths int32[size], weights float64[size, taps]: which rows make each of the result
 * @param out float32[3, stride] of which size² are written, in [0, 1]
 */
export function resampleDown(
  rows: usize,
  starts: usize,
  lengths: usize,
  weights: usize,
  taps: i32,
  size: i32,
  stride: i32,
  out: usize,
): void {
  const plane = <usize>size * 4;
  for (let y = 0; y < size; y++) {
    const from = rows + <usize>load<i32>(starts + <usize>y * 4) * 3 * plane;
    const weight = weights + <usize>y * <usize>taps * 8;
    const end = weight + <usize>load<i32>(lengths + <usize>y * 4) * 8;
    for (let channel: usize = 0; channel < 3; channel++) {
      const column = from + channel * plane;
      const to = out + (channel * <usize>stride + <usize>y * <usize>size) * 4;
      let x: usize = 0;
      for (; x + TWO <= plane; x += TWO) storeTwo(to + x, levels(column + x, 3 * plane, weight, end));
      if (x < plane) storeOne(to + x, levels(column + x, 3 * plane, weight, end));
    }
  }
}

/** Of two numbers beside each other. Beside a sharp edge the cubic overshoots. */
function levels(at: usize, row: usize, weight: usize, end: usize): v128 {
  let sum = both(0);
  for (; weight < end; weight += 8, at += row) sum = f64x2.add(sum, f64x2.mul(v128.load64_splat(weight), loadTwo(at)));
  return f64x2.mul(clamp(sum, 255), both(PER_LEVEL));
}
