/** @file From the bytes of a file to a picture as it is seen: the one way for training, search, pages and montages. */
import sharp, { type Sharp, type SharpOptions } from 'sharp';
import { DataError } from '../../core/errors.js';
import { decodeBmp } from './bmp.js';
import { damageOf } from './damage.js';
import { groundOf } from './ground.js';
import { kindOf, type Taken } from './kind.js';
import type { Levels } from './levels.js';
import { decodeHeic } from './libheif.js';
import { decodeJxl } from './libjxl.js';
import { readMeasured } from './measured.js';
import type { Reading } from './readings.js';
import { loadLibheif, loadLibjxl } from './wasm-packages.js';

/** Sides of what the ground is chosen by: enough for contrast, and little memory whatever the picture's size. */
const GROUND_SIDE = 1024;

type OwnDecoder = (bytes: Uint8Array, maxPixels: number) => Promise<Levels | undefined> | Levels | undefined;

/** Of what libvips does not read here. */
const OWN_DECODERS: Readonly<Partial<Record<string, OwnDecoder>>> = {
  BMP: decodeBmp,
  HEIC: async (bytes, maxPixels) => decodeHeic(await loadLibheif(), bytes, maxPixels),
  'JPEG XL': async (bytes, maxPixels) => decodeJxl(await loadLibjxl(), bytes, maxPixels),
} satisfies Partial<Record<Taken, OwnDecoder>>;

export interface OpenedImage {
  /** Upright and opaque, its colour profile applied; to be resized and written. */
  readonly image: Sharp;
  readonly readings: readonly Reading[];
}

/**
 * Opens the bytes of an encoded file. Of an animation the first frame counts.
 *
 * @param limitInputPixels of more pixels it is an error
 * @throws {DataError} if it holds too many numbers
 * @throws libvips' error if it cannot be decoded; mostly only when the image is used
 */
export async function openImage(bytes: Uint8Array, limitInputPixels: number): Promise<OpenedImage> {
  const options: SharpOptions = { failOn: 'error', limitInputPixels };
  const levels = await readLevels(bytes, options);
  const readings: Reading[] = [...(levels?.readings ?? [])];
  const open = (): Sharp => {
    if (levels === undefined) return sharp(bytes, options).autoOrient();
    const { width, height, channels, pixels } = levels;
    return sharp(pixels, { raw: { width, height, channels } });
  };
  const hasAlpha = levels === undefined ? await isTransparent(bytes, options) : levels.channels === 4;
  const ground = hasAlpha ? await chooseGround(open()) : 255;
  if (ground === 0) readings.push('dark');
  return { image: open().flatten({ background: { r: ground, g: ground, b: ground } }), readings };
}

/** What libvips does not read, or not as colours; undefined for all else. */
async function readLevels(bytes: Uint8Array, options: SharpOptions): Promise<Levels | undefined> {
  const kind = kindOf(bytes);
  const decode = OWN_DECODERS[String(kind)];
  if (decode === undefined) return readMeasured(bytes, options);
  const levels = await decode(bytes, Number(options.limitInputPixels));
  if (levels === undefined) throw new DataError(damageOf(bytes));
  return levels;
}

async function isTransparent(bytes: Uint8Array, options: SharpOptions): Promise<boolean> {
  const isJpeg = bytes[0] === 0xff;
  return !isJpeg && (await sharp(bytes, options).metadata()).hasAlpha;
}

async function chooseGround(image: Sharp): Promise<number> {
  const small = image.resize(GROUND_SIDE, GROUND_SIDE, { fit: 'inside', withoutEnlargement: true, kernel: 'linear' });
  return groundOf(await small.toColourspace('srgb').ensureAlpha().raw({ depth: 'uchar' }).toBuffer());
}
