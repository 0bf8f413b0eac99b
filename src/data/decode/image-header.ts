/** @file What the header of a picture says: its size, and what it takes to decode it. */
import sharp, { type Metadata } from 'sharp';
import { DataError } from '../../core/errors.js';
import { bmpSize } from './bmp.js';
import { damageOf } from './damage.js';
import { jxlSize } from './jxl-size.js';
import { kindOf } from './kind.js';
import type { Size } from './reduced-size.js';

export type ImageHeader = Pick<
  Metadata,
  'width' | 'height' | 'autoOrient' | 'channels' | 'depth' | 'isProgressive' | 'exif'
> & { readonly format: string };

/**
 * @throws {DataError} if it is a damaged BMP or JPEG XL file
 * @throws libvips' error if another cannot be read
 */
export async function imageHeader(bytes: Uint8Array): Promise<ImageHeader> {
  const own = OWN.get(kindOf(bytes));
  if (own === undefined) return sharp(bytes, { limitInputPixels: false }).metadata();
  const { sizeOf, ...rest } = own;
  const size = sizeOf(bytes);
  if (size === undefined) throw new DataError(damageOf(bytes));
  return { ...size, autoOrient: size, ...rest, depth: 'uchar', isProgressive: false };
}

/** Formats that libvips does not read here, with how the size is read. */
const OWN = new Map<
  ReturnType<typeof kindOf>,
  Pick<ImageHeader, 'format' | 'channels'> & { readonly sizeOf: (bytes: Uint8Array) => Size | undefined }
>([
  ['BMP', { sizeOf: bmpSize, format: 'bmp', channels: 3 }],
  ['JPEG XL', { sizeOf: jxlSize, format: 'jxl', channels: 4 }],
]);
