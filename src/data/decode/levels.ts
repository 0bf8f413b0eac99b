/**
 * @file How the numbers of a TIFF or a 16-bit PNG become levels of 8 bits, whoever has read them. The page decides likewise, so
 * this does without Node.
 */
import { isMeasured, type NumberRange, type Numbers, rangeOf } from './number-range.js';
import type { Reading } from './readings.js';
import { FLOAT, SIGNED, type TiffPicture } from './tiff.js';

/** Values of PhotometricInterpretation. */
const WHITE_IS_ZERO = 0;
export const BLACK_IS_ZERO = 1;
export const RGB = 2;

/** Upright pixels of 8 bits, with transparency where there is any: uint8[height, width, channels]. */
export interface Levels {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly pixels: Uint8Array;
  readonly readings: readonly Reading[];
}

/** What the numbers of a picture are. */
export interface NumberLayout {
  readonly bits: number;
  readonly isSigned: boolean;
  readonly isFloat: boolean;
  readonly isInverted: boolean;
  /** Whether the first three channels are red, green and blue, and so share a range. */
  readonly isColour: boolean;
  /** Whether channels beyond the colours are no transparency. */
  readonly hasBands: boolean;
  readonly hasAlpha: boolean;
  readonly noData: number | undefined;
}

/** @returns undefined if its colours are by palette, CMYK, YCbCr or Lab, which are no numbers of this sort */
export function tiffLayout({
  bits,
  samples,
  format,
  photometric,
  extra,
  noData,
}: TiffPicture): NumberLayout | undefined {
  if (![WHITE_IS_ZERO, BLACK_IS_ZERO, RGB].includes(photometric)) return undefined;
  const isColour = photometric === RGB;
  const numExtra = samples - (isColour ? 3 : 1);
  const isAlpha = extra[0] === 1 || extra[0] === 2 || (isColour && extra.length === 0);
  const hasAlpha = numExtra === 1 && isAlpha;
  return {
    ...{ bits, isColour, hasAlpha, noData },
    isSigned: format === SIGNED,
    isFloat: format === FLOAT,
    isInverted: photometric === WHITE_IS_ZERO,
    hasBands: numExtra > 0 && !hasAlpha,
  };
}

/** Whether numbers are colours as everybody shows them: of 8 bits at most. */
export function areColours({ bits, isSigned, hasBands }: NumberLayout): boolean {
  return bits <= 8 && !isSigned && !hasBands;
}

/** What is shown as black and as white in red, green and blue. */
export interface ShownRanges {
  readonly bands: readonly number[];
  readonly ranges: readonly (NumberRange | undefined)[];
  /** Whether they are those that such numbers have by themselves. */
  readonly isNatural: boolean;
  /** Numbers that stand for no measurement. */
  readonly missing: readonly number[];
}

/** @param values float32[height, width, channels] */
export function shownRanges(layout: NumberLayout, values: Float32Array, channels: number): ShownRanges {
  const { bits, isSigned, isFloat, isColour, noData } = layout;
  const natural = isSigned || (bits === 32 && !isFloat) ? undefined : topOf(layout);
  const missing = [...(noData === undefined ? [] : [Math.fround(noData)]), ...(isSigned ? [-(2 ** (bits - 1))] : [])];
  const numbers: Numbers = { values, channels, natural, missing };
  const bands = channels >= 3 ? [0, 1, 2] : [0, 0, 0];
  const rangeFor = (shared: readonly number[]): NumberRange | undefined =>
    isByte(layout) ? { low: 0, high: topOf(layout), isNatural: true } : rangeOf(numbers, shared);
  const ranges = isColour ? Array(3).fill(rangeFor(bands)) : bands.map((band) => rangeFor([band]));
  return { bands, ranges, isNatural: ranges.every((range) => range?.isNatural ?? true), missing };
}

/** @param values float32[height, width, channels] */
export function toLevels(
  layout: NumberLayout,
  values: Float32Array,
  { width, height, channels }: { readonly width: number; readonly height: number; readonly channels: number },
  { bands, ranges, isNatural, missing }: ShownRanges,
): Levels {
  const { isInverted, hasBands, hasAlpha } = layout;
  const numLevels = hasAlpha ? 4 : 3;
  const pixels = new Uint8Array(numLevels * width * height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) {
      const value = values[i * channels + bands[c]!]!;
      const { low, high } = ranges[c] ?? { low: 0, high: 1 };
      if (!isMeasured(value, missing)) continue;
      const part = high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) : 0;
      pixels[i * numLevels + c] = Math.round(255 * (isInverted ? 1 - part : part));
    }
    if (hasAlpha) pixels[i * numLevels + 3] = Math.round((255 * values[(i + 1) * channels - 1]!) / topOf(layout));
  }
  const scaled: Reading[] = isByte(layout) ? [] : [isNatural ? 'unit' : 'stretched'];
  return {
    width,
    height,
    channels: numLevels,
    pixels,
    readings: [...scaled, ...(hasBands ? (['bands'] as const) : [])],
  };
}

function isByte({ bits, isSigned }: NumberLayout): boolean {
  return bits <= 8 && !isSigned;
}

/** The highest number of its sort. */
function topOf({ bits, isFloat }: NumberLayout): number {
  return isFloat ? 1 : 2 ** bits - 1;
}
