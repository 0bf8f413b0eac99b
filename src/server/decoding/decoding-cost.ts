/** @file What it takes to decode a picture, known from its header. */
import type { ImageHeader } from '../../data/decode/image-header.js';

/** An upload may have as many pixels as large cameras make, */
export const MAX_UPLOAD_PIXELS = 64e6;
/** and take as many bytes: an AVIF of 25 million pixels. */
export const MAX_UPLOAD_BYTES = 600e6;
/** A picture of one's own may be as large as a training takes it. */
export const MAX_OWN_BYTES = 2.4e9;

/** Bytes of a sample, by the name that libvips has for its kind. */
const SAMPLE_BYTES: Readonly<Record<string, number>> = { uchar: 1, char: 1, ushort: 2, short: 2, double: 8 };

/**
 * Bytes that a pixel takes at the peak of decoding, at most.
 *
 * Measured with pictures of 8000 × 8000 pixels, above what the process takes anyway: a JPEG that is not progressive 0.1,
 * PNG 1.5, interlaced 3.1, with 16 bits 4.5, WebP 2.6, TIFF 2.7, GIF 4.4, a progressive JPEG 5.9, AVIF 17.9, with
 * 10 bits 24. Only the first comes line by line; AVIF's decoder holds the whole picture several times over.
 */
export function bytesPerPixel({ format, channels, depth, isProgressive }: ImageHeader): number {
  // The picture as floating-point numbers several times over, measured with 12 million pixels.
  if (format === 'jxl') return 56;
  if (format === 'heif') return 8 * channels;
  // The file, four numbers a pixel, and three.
  if (format === 'bmp') return 12;
  // Little memory, but its lines take time, too.
  if (format === 'jpeg' && !isProgressive) return 2;
  // Measurements are held as numbers of four bytes beside the levels they become (data/measured.ts).
  const measured = depth === 'uchar' ? 0 : 4 * channels + 4;
  return measured + 2 * channels * (SAMPLE_BYTES[depth] ?? 4);
}
