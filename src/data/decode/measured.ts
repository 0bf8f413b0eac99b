/** @file Pictures whose numbers are measurements rather than colours of 8 bits: most TIFFs of science, and 16-bit PNG. */
import sharp, { type SharpOptions } from 'sharp';
import { DataError } from '../../core/errors.js';
import { oneByOne } from '../../core/one-by-one.js';
import {
  areColours,
  BLACK_IS_ZERO,
  type Levels,
  type NumberLayout,
  RGB,
  shownRanges,
  tiffLayout,
  toLevels,
} from './levels.js';
import { readTiff, SIGNED, type TiffPicture, unreadableNumbers } from './tiff.js';

/** Numbers of one picture that are held at a time; each takes four bytes. */
const MOST_NUMBERS = 300e6;

/** Byte of a PNG file that holds the bits of a number. */
const PNG_BITS = 24;

/** They are held whole, as numbers of four bytes. */
const alone = oneByOne();

/** What the numbers of a file are, and how they are asked for. */
interface Layout extends NumberLayout {
  /** The file, changed so that libvips hands its numbers over as they are. */
  readonly bytes: Uint8Array;
}

/**
 * Brings numbers that are not 8-bit colours to 8 bits. They are taken as they are shown, not as amounts of light.
 *
 * @returns undefined for all others, which libvips reads as everybody does; 16-bit pictures that fill their range too
 * @throws {DataError} if it is too large, or holds numbers that cannot be read
 * @throws libvips' error if it cannot be decoded
 */
export async function readMeasured(bytes: Uint8Array, options: SharpOptions): Promise<Levels | undefined> {
  const layout = bytes[0] === 0x89 ? pngLayout(bytes) : measuredTiff(bytes);
  return layout && alone(() => render(layout, options));
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

function measuredTiff(bytes: Uint8Array): Layout | undefined {
  const tiff = readTiff(bytes);
  if (tiff === undefined) return undefined;
  const unreadable = unreadableNumbers(tiff);
  if (unreadable !== undefined) throw new DataError(unreadable);
  const layout = tiffLayout(tiff);
  return layout === undefined || areColours(layout) ? undefined : { ...layout, bytes: asNumbers(bytes, tiff) };
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
  const { bits, hasBands } = layout;
  const shown = shownRanges(layout, values, info.channels);
  if (shown.isNatural && bits === 16 && !hasBands && shown.ranges[0] !== undefined) return undefined;
  return toLevels(layout, values, info, shown);
}

/** Undoes what `asNumbers` did: two's complement. */
function restoreSigns(values: Float32Array, bits: number): void {
  const half = 2 ** (bits - 1);
  for (let i = 0; i < values.length; i++) if (values[i]! >= half) values[i]! -= 2 * half;
}
