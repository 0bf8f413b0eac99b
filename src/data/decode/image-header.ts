/** @file What the header of a picture says: its size, and what it takes to decode it. */
import sharp, { type Metadata } from 'sharp';
import { DataError } from '../../core/errors.js';
import { bmpSize } from './bmp.js';
import { damageOf } from './damage.js';
import { jxlSize } from './jxl-size.js';
import { kindOf } from './kind.js';

export type ImageHeader = Pick<
  Metadata,
  'width' | 'height' | 'autoOrient' | 'channels' | 'depth' | 'isProgressive' | 'exif'
> & { readonly format: string };

/**
 * @throws {DataError} if it is a damaged BMP or JPEG XL file
 * @throws libvips' error if another cannot be read
 */
export async function imageHeader(bytes: Uint8Array): Promise<ImageHeader> {
  const kind = kindOf(bytes);
  if (kind !== 'BMP' && kind !== 'JPEG XL') return sharp(bytes, { limitInputPixels: false }).metadata();
  const isBmp = kind === 'BMP';
  const size = isBmp ? bmpSize(bytes) : jxlSize(bytes);
  if (size === undefined) throw new DataError(damageOf(bytes));
  const [format, channels] = isBmp ? (['bmp', 3] as const) : (['jxl', 4] as const);
  return { ...size, autoOrient: size, format, channels, depth: 'uchar', isProgressive: false };
}
