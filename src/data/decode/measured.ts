/** @file Pictures whose numbers are measurements rather than colours of 8 bits: most TIFFs of science, and 16-bit PNG. */
import sharp, { type SharpOptions } from 'sharp';
import { DataError } from '../../core/errors.js';
import { oneByOne } from '../../core/one-by-one.js';
import { isMeasured, type NumberRange, type Numbers, rangeOf } from './number-range.js';
import type { Reading } from './readings.js';
import { readTiff, type TiffPicture } from './tiff.js';

/** Numbers of one picture that are held at a time; each takes four bytes. */
const MOST_NUMBERS = 300e6;

const WHITE_IS_ZERO = 0;
const BLACK_IS_ZERO = 1;
const RGB = 2;
const SIGNED = 2;
const FLOAT = 3;
/** Byte of a PNG file that holds the bits of a number. */
const PNG_BITS = 24;

/** They are held whole, as numbers of four bytes. */
const alone = oneByOne();

/** Upright pixels of 8 bits, with transparency where there is any: uint8[height, width, channels]. */
export interface Levels {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly pixels: Uint8Array;
  readonly readings: readonly Reading[];
}

/** What is special about a file, and how its numbers are to be asked for. */
interface Layout {
  /** The file, changed so that libvips hands its numbers over as they are. */
  readonly bytes: Uint8Array;
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

/**
 * Brings numbers that are not 8-bit colours to 8 bits. They are taken as they are shown, not as amounts of light.
 *
 * @returns undefined for all others, which libvips reads as everybody does; 16-bit pictures that fill their range too
 * @throws {DataError} if it is too large, or holds numbers that cannot be read
 * @throws libvips' error if it cannot be decoded
 */
export async function readMeasured(bytes: Uint8Array, options: SharpOptions): Promise<Levels | undefined> {
  const layout = bytes[0] === 0x89 ? pngLayout(bytes) : tiffLayout(bytes);
  return layout && alone(() => render(layout, options));
}

/**
 * Why libvips would not open a TIFF file of such numbers.
 *
 * @returns undefined if it would
 */
export function unreadableNumbers({ bits, format }: TiffPicture): string | undefined {
  const sort = format === FLOAT ? 'floating-point' : format > 4 ? 'complex' : 'whole';
  const isRead = sort === 'floating-point' ? bits === 32 : sort === 'whole' && [1, 2, 4, 8, 16, 32].includes(bits);
  if (isRead) return undefined;
  return `TIFF of ${bits}-bit ${sort} numbers is not among the formats taken; convert it to 32-bit floating-point or 16-bit whole numbers`;
}

function pngLayout(bytes: Uint8Array): Layout | undefined {
  if (bytes[PNG_BITS] !== 16) return undefined;
  const colourType = bytes[PNG_BITS + 1]!;
  return {
    ...{ bytes, bits: 16, isSigned: false, isFloat: false, isInverted: false, hasBands: false, noData: undefined },
    isColour: (colourType & 2) > 0,
    hasAlpha: (colourType & 4) > 0,
  };
}

function tiffLayout(bytes: Uint8Array): Layout | undefined {
  const tiff = readTiff(bytes);
  if (tiff === undefined) return undefined;
  const unreadable = unreadableNumbers(tiff);
  if (unreadable !== undefined) throw new DataError(unreadable);
  const { bits, samples, format, photometric, extra } = tiff;
  if (![WHITE_IS_ZERO, BLACK_IS_ZERO, RGB].includes(photometric)) return undefined;
  const isColour = photometric === RGB;
  const numExtra = samples - (isColour ? 3 : 1);
  const isAlpha = extra[0] === 1 || extra[0] === 2 || (isColour && extra.length === 0);
  const hasAlpha = numExtra === 1 && isAlpha;
  const hasBands = numExtra > 0 && !hasAlpha;
  const isSigned = format === SIGNED;
  const isFloat = format === FLOAT;
  if (bits <= 8 && !isSigned && !hasBands) return undefined;
  return {
    ...{ bytes: asNumbers(bytes, tiff), bits, isSigned, isFloat, isColour, hasBands, hasAlpha },
    isInverted: photometric === WHITE_IS_ZERO,
    noData: tiff.noData,
  };
}

/**
 * A copy whose channels libvips takes for colours and for numbers without a sign. Else it would give the first channel
 * alone where colours are not named, invert some numbers, and cut off those below zero.
 */
function asNumbers(
  bytes: Uint8Array,
  { samples, format, bits, photometricAt, formatAt, isLittleEndian }: TiffPicture,
): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const view = new DataView(copy.buffer);
  view.setUint16(photometricAt, samples >= 3 ? RGB : BLACK_IS_ZERO, isLittleEndian);
  if (format === SIGNED && bits <= 16 && formatAt !== undefined) {
    for (let i = 0; i < samples; i++) view.setUint16(formatAt + 2 * i, 1, isLittleEndian);
  }
  return copy;
}

async function render(layout: Layout, options: SharpOptions): Promise<Levels | undefined> {
  const image = sharp(layout.bytes, options);
  const { space, width, height, channels: numBands } = await image.metadata();
  if (width * height * numBands > MOST_NUMBERS) {
    const count = (width * height * numBands) / 1e6;
    throw new DataError(`${count.toFixed(0)} million numbers, more than the limit of ${MOST_NUMBERS / 1e6}`);
  }
  const { data, info } = await image
    .autoOrient()
    .toColourspace(space)
    .raw({ depth: 'float' })
    .toBuffer({ resolveWithObject: true });
  const values = new Float32Array(data.buffer, data.byteOffset, data.length / 4);
  if (layout.isSigned && layout.bits <= 16) restoreSigns(values, layout.bits);
  return toLevels(layout, values, info);
}

/** Undoes what `asNumbers` did: two's complement. */
function restoreSigns(values: Float32Array, bits: number): void {
  const half = 2 ** (bits - 1);
  for (let i = 0; i < values.length; i++) if (values[i]! >= half) values[i]! -= 2 * half;
}

function toLevels(
  layout: Layout,
  values: Float32Array,
  { width, height, channels }: { width: number; height: number; channels: number },
): Levels | undefined {
  const { bits, isSigned, isFloat, isInverted, isColour, hasBands, hasAlpha, noData } = layout;
  const isByte = bits <= 8 && !isSigned;
  const top = isFloat ? 1 : 2 ** bits - 1;
  const natural = isSigned || (bits === 32 && !isFloat) ? undefined : top;
  const missing = [...(noData === undefined ? [] : [Math.fround(noData)]), ...(isSigned ? [-(2 ** (bits - 1))] : [])];
  const numbers: Numbers = { values, channels, natural, missing };
  const bands = channels >= 3 ? [0, 1, 2] : [0, 0, 0];
  const rangeFor = (shared: readonly number[]): NumberRange | undefined =>
    isByte ? { low: 0, high: 255, isNatural: true } : rangeOf(numbers, shared);
  const ranges: (NumberRange | undefined)[] = isColour
    ? Array(3).fill(rangeFor(bands))
    : bands.map((band) => rangeFor([band]));
  const isNatural = ranges.every((range) => range?.isNatural ?? true);
  if (isNatural && bits === 16 && !hasBands && ranges[0] !== undefined) return undefined;

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
    if (hasAlpha) pixels[i * numLevels + 3] = Math.round((255 * values[(i + 1) * channels - 1]!) / top);
  }
  const scaled: Reading[] = isByte ? [] : [isNatural ? 'unit' : 'stretched'];
  return {
    width,
    height,
    channels: numLevels,
    pixels,
    readings: [...scaled, ...(hasBands ? (['bands'] as const) : [])],
  };
}
