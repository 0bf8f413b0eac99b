/**
 * @file What is wrong with a file that cannot be decoded, read from the file itself. The page says likewise, so this does without
 * Node.
 */
import { kindOf, type Taken } from './kind.js';
import { isTiffCutShort, readTiff, unreadableNumbers } from './tiff.js';

/**
 * A reason in one line. Libvips keeps its messages in one place for all threads, so that of several files that are
 * decoded at once each may be given another's; what is said here depends on the bytes alone.
 */
export function damageOf(bytes: Uint8Array): string {
  const kind = kindOf(bytes);
  if (typeof kind !== 'string') return `damaged: ${kind.reason}`;
  const tiff = kind === 'TIFF' ? readTiff(bytes) : undefined;
  const numbers = tiff && unreadableNumbers(tiff);
  if (numbers !== undefined) return numbers;
  return isCutShort(kind, bytes)
    ? `damaged: the ${kind} file is cut short`
    : `damaged: ${kind} data that cannot be decoded`;
}

function isCutShort(kind: Taken, bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  switch (kind) {
    case 'JPEG':
      // After the last scan begins there is an end of image; scans themselves cannot hold either marker.
      return lastMarker(bytes, 0xd9) <= lastMarker(bytes, 0xda);
    case 'PNG':
      return !hasLastChunk(bytes, view);
    case 'GIF': {
      const last = bytes.findLastIndex((byte) => byte !== 0);
      return bytes[last] !== 0x3b;
    }
    case 'WebP':
      return bytes.length < 12 || view.getUint32(4, true) + 8 > bytes.length;
    case 'JPEG XL':
      // Without boxes it does not say how long it is.
      return bytes[0] !== 0xff && !areBoxesWhole(view);
    case 'AVIF':
    case 'HEIC':
      return !areBoxesWhole(view);
    case 'TIFF':
      return isTiffCutShort(bytes);
    case 'BMP':
      return bytes.length < 6 || view.getUint32(2, true) > bytes.length;
  }
}

/** Where a marker of JPEG is last, −1 if nowhere. */
function lastMarker(bytes: Uint8Array, marker: number): number {
  return bytes.findLastIndex((byte, at) => byte === 0xff && bytes[at + 1] === marker);
}

/** Walks the chunks: length, type, contents, checksum. */
function hasLastChunk(bytes: Uint8Array, view: DataView): boolean {
  for (let at = 8; at + 12 <= bytes.length; ) {
    if (String.fromCharCode(...bytes.subarray(at + 4, at + 8)) === 'IEND') return true;
    at += 12 + view.getUint32(at);
  }
  return false;
}

/** Walks the outermost boxes: length, type, contents. */
function areBoxesWhole(view: DataView): boolean {
  let at = 0;
  while (at + 8 <= view.byteLength) {
    const size = view.getUint32(at);
    if (size === 0) return true; // Up to the end.
    const isLarge = size === 1;
    if (isLarge && at + 16 > view.byteLength) return false;
    at += Math.max(8, isLarge ? Number(view.getBigUint64(at + 8)) : size);
  }
  return at === view.byteLength;
}
