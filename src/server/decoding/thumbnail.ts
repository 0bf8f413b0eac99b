/** @file How a thumbnail looks. */
import sharp, { type Sharp } from 'sharp';

const QUALITY = 85;
/** Of what is looked at whole. */
const FINE_QUALITY = 95;
const FINE_FROM = 2048;

/** @param image upright and opaque @returns a WebP file: the whole picture, `size` pixels long, or as large as it is where that is less */
export async function encodeThumbnail(image: Sharp, size: number): Promise<Uint8Array> {
  return image
    .resize(size, size, { fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .webp({ quality: size < FINE_FROM ? QUALITY : FINE_QUALITY, smartSubsample: true })
    .toBuffer();
}

/** In place of a picture that is nowhere. */
export function greyThumbnail(): Promise<Buffer> {
  return sharp({ create: { width: 64, height: 64, channels: 3, background: '#888' } })
    .webp()
    .toBuffer();
}
