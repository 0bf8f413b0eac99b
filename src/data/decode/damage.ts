/** @file What is wrong with a file that cannot be decoded, read from the file itself. */
import { kindOf, type Taken } from './kind.js';
import { unreadableNumbers } from './measured.js';
import { isTiffCutShort, readTiff } from './tiff.js';

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

function isCutShort(kind: Taken, file: Uint8Array): boolean {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  switch (kind) {
    case 'JPEG':
      // After the last scan begins there is an end of image; scans themselves cannot hold either marker.
      return bytes.lastIndexOf('\xff\xd9', undefined, 'latin1') <= bytes.lastIndexOf('\xff\xda', undefined, 'latin1');
    case 'PNG':
      return !hasLastChunk(bytes);
    case 'GIF': {
      const last = bytes.findLastIndex((byte) => byte !== 0);
      return bytes[last] !== 0x3b;
    }
    case 'WebP':
      return bytes.length < 12 || bytes.readUInt32LE(4) + 8 > bytes.length;
    case 'JPEG XL':
      // Without boxes it does not say how long it is.
      return bytes[0] !== 0xff && !areBoxesWhole(bytes);
    case 'AVIF':
    case 'HEIC':
      return !areBoxesWhole(bytes);
    case 'TIFF':
      return isTiffCutShort(bytes);
    case 'BMP':
      return bytes.length < 6 || bytes.readUInt32LE(2) > bytes.length;
  }
}

/** Walks the chunks: length, type, contents, checksum. */
function hasLastChunk(bytes: Buffer): boolean {
  for (let at = 8; at + 12 <= bytes.length; ) {
    if (bytes.toString('latin1', at + 4, at + 8) === 'IEND') return true;
    at += 12 + bytes.readUInt32BE(at);
  }
  return false;
}

/** Walks the outermost boxes: length, type, contents. */
function areBoxesWhole(bytes: Buffer): boolean {
  let at = 0;
  while (at + 8 <= bytes.length) {
    const size = bytes.readUInt32BE(at);
    if (size === 0) return true; // Up to the end.
    const isLarge = size === 1;
    if (isLarge && at + 16 > bytes.length) return false;
    at += Math.max(8, isLarge ? Number(bytes.readBigUInt64BE(at + 8)) : size);
  }
  return at === bytes.length;
}
