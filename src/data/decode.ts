/** @file From the bytes of a picture to 8-bit sRGB pixels. */

import sharp, { type Sharp } from 'sharp';
import { DataError } from '../core/errors.js';
import { failureReason, type Picture, type Rgb, readBytes } from './picture.js';
import { reducedSize, type Size } from './reduced-size.js';

// Every file is decoded once, so libvips' cache of operations would only hold memory. Pictures are decoded several at
// a time, one thread each, which keeps the cores busier than several threads on one small picture.
sharp.cache(false);
sharp.concurrency(1);

/**
 * Decodes a picture, whatever its kind.
 *
 * EXIF orientation and colour profile are applied; CMYK, grey and 16-bit become 8-bit sRGB; transparency is laid on
 * white. Of an animation the first frame counts. Pictures with a larger short side are reduced with a triangle filter.
 *
 * @param shortSide most pixels of the short side, ≥ 1; smaller pictures keep their size
 * @returns at most four times as long as short
 * @throws {DataError} if the file is damaged, cut short, or larger than it was when it was scanned
 * @throws the file system's error if the file is missing or cannot be read
 */
export async function decodePicture(picture: Picture, shortSide: number): Promise<Rgb> {
  return decodeBytes(await readBytes(picture), picture, shortSide);
}

/** The same from bytes that are read already, by `readBytes`. */
export async function decodeBytes(bytes: Uint8Array, picture: Picture, shortSide: number): Promise<Rgb> {
  const target = reducedSize(picture, shortSide);
  const { planes, width, height } = picture;
  if (planes === undefined) {
    const limits = { failOn: 'error', limitInputPixels: width * height } as const;
    return render(sharp(bytes, limits).autoOrient().flatten({ background: '#ffffff' }), target);
  }
  const pixels = interleave(bytes, width * height, planes.channels);
  if (target === undefined) return { width, height, pixels };
  return render(sharp(pixels, { raw: { width, height, channels: 3 } }), target);
}

async function render(image: Sharp, target: Size | undefined): Promise<Rgb> {
  const sized =
    target === undefined ? image : image.resize({ ...target, fit: 'cover', position: 'centre', kernel: 'linear' });
  try {
    const raw = sized.toColourspace('srgb').removeAlpha().raw({ depth: 'uchar' });
    const { data, info } = await raw.toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, pixels: data };
  } catch (error) {
    throw new DataError(`damaged: ${failureReason(error)}`, { cause: error });
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
