/** @file The size of a JPEG file, read from its first bytes in a hundredth of the time that libvips takes to open it. */

import type { Size } from '../decode/reduced-size.js';

/** Bytes of a file that are enough unless the camera left more than a thumbnail. */
export const JPEG_HEADER_BYTES = 1 << 16;

/** Second bytes of markers (ITU-T T.81, table B.1). */
const START_OF_IMAGE = 0xd8;
const START_OF_SCAN = 0xda;
const EXIF_OR_XMP = 0xe1;
const COMMENT = 0xfe;
const TABLES = [0xc4, 0xdb, 0xdd];
/** Frames that are baseline, extended and progressive, with Huffman codes: all that is found in practice. */
const FRAMES = [0xc0, 0xc1, 0xc2];

const BIG_ENDIAN = 0x4d4d;
const LITTLE_ENDIAN = 0x4949;
const TIFF_VERSION = 42;
const ORIENTATION = 0x0112;

/**
 * @param bytes the first `JPEG_HEADER_BYTES` of a file, or all of it
 * @returns the size after the EXIF orientation is applied; undefined if this is no JPEG file, or if anything about its
 *   header is unusual or missing, so that a decoder has to judge
 */
export function readJpegSize(bytes: Uint8Array): Size | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let size: Size | undefined;
  let orientation: number | undefined;
  try {
    if (view.getUint16(0) !== 0xff00 + START_OF_IMAGE) return undefined;
    for (let at = 2; ; at += 2 + view.getUint16(at + 2)) {
      const marker = view.getUint8(at + 1);
      if (view.getUint8(at) !== 0xff) return undefined;
      const isApplication = marker >> 4 === 0xe;
      if (FRAMES.includes(marker)) {
        if (size !== undefined || view.getUint8(at + 4) !== 8) return undefined;
        size = { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
        if (size.width === 0 || size.height === 0) return undefined;
      } else if (marker === EXIF_OR_XMP && isExif(view, at + 4)) {
        if (orientation !== undefined) return undefined;
        orientation = readOrientation(view, at + 10);
        if (orientation === undefined) return undefined;
      } else if (marker === START_OF_SCAN) {
        return size !== undefined && (orientation ?? 1) > 4 ? { width: size.height, height: size.width } : size;
      } else if (!isApplication && marker !== COMMENT && !TABLES.includes(marker)) return undefined;
    }
  } catch (error) {
    // A read past the end: the header is longer than these bytes, or its lengths are wrong.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function isExif(view: DataView, at: number): boolean {
  // "Exif" and two zeros.
  return view.getUint32(at) === 0x45786966 && view.getUint16(at + 4) === 0;
}

/** @param start where the TIFF header begins that EXIF data are led in by @returns in [1, 8], or undefined if unclear */
function readOrientation(view: DataView, start: number): number | undefined {
  const order = view.getUint16(start);
  if (order !== BIG_ENDIAN && order !== LITTLE_ENDIAN) return undefined;
  const little = order === LITTLE_ENDIAN;
  if (view.getUint16(start + 2, little) !== TIFF_VERSION) return undefined;
  const directory = start + view.getUint32(start + 4, little);
  const numEntries = view.getUint16(directory, little);
  for (let i = 0; i < numEntries; i++) {
    const entry = directory + 2 + 12 * i;
    if (view.getUint16(entry, little) !== ORIENTATION) continue;
    // One number (count 1) of 16 bits (type 3).
    if (view.getUint16(entry + 2, little) !== 3 || view.getUint32(entry + 4, little) !== 1) return undefined;
    const value = view.getUint16(entry + 8, little);
    return value >= 1 && value <= 8 ? value : undefined;
  }
  return 1;
}
