/** @file What the header of a picture says: its size, and what it takes to decode it. */
import sharp, { type Metadata } from 'sharp';
import { DataError } from '../../core/errors.js';
import { bmpSize } from './bmp.js';
import { damageOf } from './damage.js';
import { kindOf } from './kind.js';

export type ImageHeader = Pick<
  Metadata,
  'width' | 'height' | 'autoOrient' | 'channels' | 'depth' | 'isProgressive' | 'exif'
> & { readonly format: string };

/**
 * @throws {DataError} if it is a damaged BMP file
 * @throws libvips' error if another cannot be read
 */
export async function imageHeader(bytes: Uint8Array): Promise<ImageHeader> {
  if (kindOf(bytes) !== 'BMP') return sharp(bytes, { limitInputPixels: false }).metadata();
  const size = bmpSize(bytes);
  if (size === undefined) throw new DataError(damageOf(bytes));
  return { ...size, autoOrient: size, format: 'bmp', channels: 3, depth: 'uchar', isProgressive: false };
}
