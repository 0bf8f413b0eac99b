/** @file From the bytes of a picture to 8-bit sRGB pixels. */

import sharp, { type Sharp } from 'sharp';
import { DataError } from '../../core/errors.js';
import { oneByOne } from '../../core/one-by-one.js';
import { isScarce, ScarcityError } from '../../core/scarce.js';
import { type Decoded, type Picture, type Rgb, readBytes } from '../picture.js';
import { damageOf } from './damage.js';
import { openImage } from './open-image.js';
import { reducedSize, type Size } from './reduced-size.js';

// Every file is decoded once, so libvips' cache of operations would only hold memory. Pictures are decoded several at
// a time, one thread each, which keeps the cores busier than several threads on one small picture.
sharp.cache(false);
sharp.concurrency(1);

/** Levels within which all pixels of a picture of one colour lie: lossy compression may move some by one. */
const UNIFORM = 2;

/** Where what has failed is tried again, while less is under way. */
const again = oneByOne();

/**
 * Decodes a picture, whatever its kind.
 *
 * EXIF orientation and colour profile are applied; CMYK, grey and 16-bit become 8-bit sRGB; numbers that are no colours
 * are brought to 8 bits (`measured.ts`); transparency is laid on white, or on black where it would not be seen on
 * white. Of an animation the first frame counts. Pictures with a larger short side are reduced with a triangle filter.
 *
 * @param shortSide most pixels of the short side, ≥ 1; smaller pictures keep their size
 * @returns at most four times as long as short
 * @throws {DataError} if the file is damaged, cut short, or larger than it was when it was scanned; the message depends
 *   on the file alone
 * @throws {ScarcityError} if the machine lacks memory or threads
 * @throws the file system's error if the file is missing or cannot be read
 */
export async function decodePicture(picture: Picture, shortSide: number): Promise<Decoded> {
  return decodeBytes(await readBytes(picture), picture, shortSide);
}

/** The same from bytes that are read already, by `readBytes`. */
export async function decodeBytes(bytes: Uint8Array, picture: Picture, shortSide: number): Promise<Decoded> {
  const { planes, width, height } = picture;
  if (planes === undefined) return decodeFile(bytes, picture, reducedSize(picture, shortSide));
  return told(await reduced({ width, height, pixels: interleave(bytes, width * height, planes.channels) }, shortSide));
}

/** The same from the bytes of a file of which nothing else is known but its size, upright, in pixels. */
export async function decodeWhole(bytes: Uint8Array, { width, height }: Size, shortSide: number): Promise<Decoded> {
  const file = { id: '', path: '', label: undefined, size: bytes.length, mtimeMs: 0, planes: undefined };
  return decodeBytes(bytes, { ...file, width, height }, shortSide);
}

/** The same from pixels. */
export async function reduced(picture: Rgb, shortSide: number): Promise<Rgb> {
  const { width, height, pixels } = picture;
  const target = reducedSize(picture, shortSide);
  return target === undefined ? picture : render(sharp(pixels, { raw: { width, height, channels: 3 } }), target);
}

async function decodeFile(bytes: Uint8Array, size: Size, target: Size | undefined): Promise<Decoded> {
  const attempt = async (): Promise<Decoded> => {
    const { image, readings } = await openImage(bytes, size.width * size.height);
    return told(await render(image, target), readings);
  };
  try {
    return await attempt();
  } catch (first) {
    if (first instanceof DataError) throw first;
    try {
      return await again(attempt);
    } catch (error) {
      if (isScarce(error) && !(await again(() => canDecode(size, target)))) throw new ScarcityError(error);
      throw new DataError((await growthOf(bytes, size)) ?? damageOf(bytes), { cause: error });
    }
  }
}

async function render(image: Sharp, target: Size | undefined): Promise<Rgb> {
  const sized =
    target === undefined ? image : image.resize({ ...target, fit: 'cover', position: 'centre', kernel: 'linear' });
  const raw = sized.toColourspace('srgb').removeAlpha().raw({ depth: 'uchar' });
  const { data, info } = await raw.toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: data };
}

function told(rgb: Rgb, readings: Decoded['readings'] = []): Decoded {
  return { ...rgb, readings: isUniform(rgb) ? [...readings, 'uniform'] : readings };
}

function isUniform({ pixels }: Rgb): boolean {
  for (let channel = 0; channel < 3; channel++) {
    let [low, high] = [255, 0];
    for (let i = channel; i < pixels.length; i += 3) {
      low = Math.min(low, pixels[i]!);
      high = Math.max(high, pixels[i]!);
      if (high - low > UNIFORM) return false;
    }
  }
  return true;
}

/** Whether there is room for a picture of this size at all, if nothing is wrong with it. */
async function canDecode(size: Size, target: Size | undefined): Promise<boolean> {
  try {
    await render(sharp({ create: { ...size, channels: 3, background: '#000000' } }), target);
    return true;
  } catch {
    return false;
  }
}

async function growthOf(bytes: Uint8Array, { width, height }: Size): Promise<string | undefined> {
  try {
    const { autoOrient: now } = await sharp(bytes, { limitInputPixels: false }).metadata();
    if (now.width * now.height <= width * height) return undefined;
    return `damaged: expected ${width} × ${height} pixels, as when it was found, got ${now.width} × ${now.height}`;
  } catch {
    return undefined;
  }
}

/** uint8[channels, n] to uint8[n, 3]; grey is repeated. */
function interleave(planes: Uint8Array, n: number, channels: 1 | 3): Uint8Array {
  if (planes.length !== n * channels) {
    throw new DataError(`damaged: expected ${n * channels} bytes for a record, got ${planes.length}`);
  }
  const pixels = new Uint8Array(3 * n);
  const next = channels === 1 ? 0 : n;
  for (let i = 0; i < n; i++) {
    pixels[3 * i] = planes[i] as number;
    pixels[3 * i + 1] = planes[i + next] as number;
    pixels[3 * i + 2] = planes[i + 2 * next] as number;
  }
  return pixels;
}
