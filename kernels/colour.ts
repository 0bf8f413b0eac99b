/**
 * @file Changes of colour, two pixels at a time. What they mean is said where they are called: src/data/transform/crop-canvas.ts.
 *
 * A picture is float32[3, stride], red, green and blue planes, at the beginning of memory. Its `stride` pixels are an even
 * number; the last may be none of the picture's, and may become anything. All is computed in float64, in the order that is
 * written, and rounded when it is stored, so that every machine gives the same.
 */
import { both, clamp, loadTwo, storeTwo, TWO } from './pairs';

const RED: f64 = 0.2989;
const GREEN: f64 = 0.587;
const BLUE: f64 = 0.114;

function greyOf(red: v128, green: v128, blue: v128): v128 {
  return f64x2.add(
    f64x2.add(f64x2.mul(both(RED), red), f64x2.mul(both(GREEN), green)),
    f64x2.mul(both(BLUE), blue),
  );
}

export function adjustBrightness(stride: i32, factor: f64): void {
  const end = <usize>stride * 12;
  for (let at: usize = 0; at < end; at += TWO) storeTwo(at, clamp(f64x2.mul(loadTwo(at), both(factor)), 1));
}

/** @param n pixels of the picture */
export function adjustContrast(stride: i32, n: i32, factor: f64): void {
  const green = <usize>stride * 4;
  const blue = <usize>stride * 8;
  let total: f64 = 0;
  const last = <usize>n * 4;
  let at: usize = 0;
  for (; at + 4 < last; at += TWO) {
    const grey = greyOf(loadTwo(at), loadTwo(at + green), loadTwo(at + blue));
    total = total + f64x2.extract_lane(grey, 0) + f64x2.extract_lane(grey, 1);
  }
  if (at < last) total += f64x2.extract_lane(greyOf(loadTwo(at), loadTwo(at + green), loadTwo(at + blue)), 0);
  const offset = both((1 - factor) * (total / n));
  const end = <usize>stride * 12;
  for (at = 0; at < end; at += TWO) storeTwo(at, clamp(f64x2.add(f64x2.mul(loadTwo(at), both(factor)), offset), 1));
}

export function adjustSaturation(stride: i32, factor: f64): void {
  const plane = <usize>stride * 4;
  for (let at: usize = 0; at < plane; at += TWO) {
    const red = loadTwo(at);
    const green = loadTwo(at + plane);
    const blue = loadTwo(at + 2 * plane);
    const offset = f64x2.mul(both(1 - factor), greyOf(red, green, blue));
    storeTwo(at, clamp(f64x2.add(f64x2.mul(red, both(factor)), offset), 1));
    storeTwo(at + plane, clamp(f64x2.add(f64x2.mul(green, both(factor)), offset), 1));
    storeTwo(at + 2 * plane, clamp(f64x2.add(f64x2.mul(blue, both(factor)), offset), 1));
  }
}

/** Hue in sixths of a turn: red 0, green 2, blue 4. Value and saturation stay, so the greatest and the least do. */
export function adjustHue(stride: i32, turn: f64): void {
  const plane = <usize>stride * 4;
  const turned = both(6 * turn);
  for (let at: usize = 0; at < plane; at += TWO) {
    const red = loadTwo(at);
    const green = loadTwo(at + plane);
    const blue = loadTwo(at + 2 * plane);
    const max = f64x2.pmax(f64x2.pmax(red, green), blue);
    const min = f64x2.pmin(f64x2.pmin(red, green), blue);
    const chroma = f64x2.sub(max, min);
    const isRed = f64x2.eq(max, red);
    const isGreen = f64x2.eq(max, green);
    const from = v128.bitselect(green, v128.bitselect(blue, red, isGreen), isRed);
    const to = v128.bitselect(blue, v128.bitselect(red, green, isGreen), isRed);
    const base = v128.bitselect(both(0), v128.bitselect(both(2), both(4), isGreen), isRed);
    let hue = f64x2.add(f64x2.add(base, f64x2.div(f64x2.sub(from, to), chroma)), turned);
    const below = v128.and(f64x2.lt(hue, both(0)), both(6));
    const above = v128.and(f64x2.ge(hue, both(6)), both(6));
    hue = f64x2.sub(f64x2.add(hue, below), above);
    const isGrey = f64x2.eq(chroma, both(0));
    const ofRed = clamp(f64x2.sub(f64x2.abs(f64x2.sub(hue, both(3))), both(1)), 1);
    const ofGreen = clamp(f64x2.sub(both(2), f64x2.abs(f64x2.sub(hue, both(2)))), 1);
    const ofBlue = clamp(f64x2.sub(both(2), f64x2.abs(f64x2.sub(hue, both(4)))), 1);
    storeTwo(at, v128.bitselect(red, f64x2.add(min, f64x2.mul(chroma, ofRed)), isGrey));
    storeTwo(at + plane, v128.bitselect(green, f64x2.add(min, f64x2.mul(chroma, ofGreen)), isGrey));
    storeTwo(at + 2 * plane, v128.bitselect(blue, f64x2.add(min, f64x2.mul(chroma, ofBlue)), isGrey));
  }
}

export function toGreyscale(stride: i32): void {
  const plane = <usize>stride * 4;
  for (let at: usize = 0; at < plane; at += TWO) {
    const grey = greyOf(loadTwo(at), loadTwo(at + plane), loadTwo(at + 2 * plane));
    storeTwo(at, grey);
    storeTwo(at + plane, grey);
    storeTwo(at + 2 * plane, grey);
  }
}

/** @param channel of the plane */
export function normalise(stride: i32, channel: i32, mean: f64, factor: f64): void {
  const plane = <usize>stride * 4;
  const end = plane * <usize>(channel + 1);
  for (let at = plane * <usize>channel; at < end; at += TWO) {
    storeTwo(at, f64x2.mul(f64x2.sub(loadTwo(at), both(mean)), both(factor)));
  }
}
