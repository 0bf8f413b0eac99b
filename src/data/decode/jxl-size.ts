/** @file The size of a JPEG XL picture, from its header (ISO/IEC 18181-1, SizeHeader and the start of ImageMetadata), without Node. */
import type { Size } from './reduced-size.js';

/** Width over height, by the number that a header has in place of a width. */
const RATIOS: readonly (readonly [width: number, height: number])[] = [
  [0, 0],
  [1, 1],
  [12, 10],
  [4, 3],
  [3, 2],
  [16, 9],
  [5, 4],
  [2, 1],
];
/** Bits of a side that is no multiple of 8. */
const SIDE_BITS = [9, 13, 18, 30] as const;
/** From this orientation of EXIF on, pictures lie on their side. */
const LYING = 5;

/** @returns upright; undefined if it is not in these bytes */
export function jxlSize(file: Uint8Array): Size | undefined {
  const stream = codestream(file);
  if (stream === undefined) return undefined;
  const read = bitReader(stream);
  const isSmall = read(1) === 1;
  const side = (): number => 1 + (isSmall ? 8 * read(5) + 7 : read(SIDE_BITS[read(2)]!));
  const height = side();
  const [numerator, denominator] = RATIOS[read(3)]!;
  const width = denominator > 0 ? Math.floor((height * numerator) / denominator) : side();
  const hasOrientation = read(1) === 0 && read(1) === 1;
  const isLying = hasOrientation && 1 + read(3) >= LYING;
  return isLying ? { width: height, height: width } : { width, height };
}

/** What follows its mark; in a container it is in a box of its own, or its first part is. */
function codestream(bytes: Uint8Array): Uint8Array | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint16(0) === 0xff0a) return enough(bytes.subarray(2));
  for (let at = 0; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    // The length may have eight bytes more, a part begins with its number.
    const start = at + (size === 1 ? 16 : 8) + (type === 'jxlp' ? 4 : 0);
    if (type === 'jxlc' || type === 'jxlp') return enough(bytes.subarray(start + 2));
    if (size === 0 || start > bytes.length) return undefined;
    at += Math.max(8, size === 1 ? Number(view.getBigUint64(at + 8)) : size);
  }
  return undefined;
}

/** As many bytes as the header has at most. */
function enough(bytes: Uint8Array): Uint8Array | undefined {
  return bytes.length >= 12 ? bytes : undefined;
}

/** Reads numbers of some bits, the lowest bit first. */
function bitReader(bytes: Uint8Array): (bits: number) => number {
  let at = 0;
  return (bits) => {
    let value = 0;
    for (let bit = 0; bit < bits; bit++, at++) value += ((bytes[at >> 3]! >> (at & 7)) & 1) * 2 ** bit;
    return value;
  };
}
