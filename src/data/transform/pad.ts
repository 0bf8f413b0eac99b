/** @file Pictures made square by what looks like more of their border, so that nothing of a long one is cut off. */
import type { Rgb } from '../picture.js';
import type { Box } from './resample.js';

/** What becomes of the ends of a long picture: cut off, or kept, within a square that is filled up. */
export type Fit = 'crop' | 'pad';

/** A picture to look at, and where in it the pixels of the file are. */
export interface Fitted {
  readonly picture: Rgb;
  readonly content: Box;
}

/**
 * The picture as it is, or in the middle of a square whose other pixels have the colour of its border: of each channel
 * the median of the outermost rows and columns.
 */
export function fitted(picture: Rgb, fit: Fit): Fitted {
  const { width, height } = picture;
  const whole = { left: 0, top: 0, width, height };
  if (fit === 'crop' || width === height) return { picture, content: whole };
  const side = Math.max(width, height);
  const left = Math.floor((side - width) / 2);
  const top = Math.floor((side - height) / 2);
  const pixels = new Uint8Array(3 * side * side);
  fill(pixels, borderColour(picture));
  for (let y = 0; y < height; y++) {
    pixels.set(picture.pixels.subarray(3 * y * width, 3 * (y + 1) * width), 3 * ((top + y) * side + left));
  }
  return { picture: { width: side, height: side, pixels }, content: { ...whole, left, top } };
}

/** Red, green and blue; of an even number of pixels the lower of the two in the middle. */
function borderColour({ width, height, pixels }: Rgb): [number, number, number] {
  const counts = new Uint32Array(3 * 256);
  const numPixels = width === 1 || height === 1 ? width * height : 2 * (width + height) - 4;
  for (let y = 0; y < height; y++) {
    const step = y === 0 || y === height - 1 ? 1 : Math.max(1, width - 1);
    for (let x = 0; x < width; x += step) {
      for (let channel = 0; channel < 3; channel++) counts[256 * channel + pixels[3 * (y * width + x) + channel]!]!++;
    }
  }
  const median = (channel: number): number => {
    let level = 0;
    for (let below = counts[256 * channel]!; 2 * below < numPixels; below += counts[256 * channel + level]!) level++;
    return level;
  };
  return [median(0), median(1), median(2)];
}

function fill(pixels: Uint8Array, colour: readonly [number, number, number]): void {
  pixels.set(colour);
  for (let done = 3; done < pixels.length; done *= 2) pixels.copyWithin(done, 0, done);
}
