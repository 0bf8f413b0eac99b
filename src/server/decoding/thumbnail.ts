/** @file How a thumbnail looks. */
import type { Sharp } from 'sharp';

const QUALITY = 85;

/** @returns a WebP file: the whole picture, upright, `size` pixels long, or as large as it is where that is less */
export async function encodeThumbnail(image: Sharp, size: number): Promise<Uint8Array> {
  return image
    .autoOrient()
    .resize(size, size, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .webp({ quality: QUALITY, smartSubsample: true })
    .toBuffer();
}
