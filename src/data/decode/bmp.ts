/** @file BMP pictures, by bmp-ts. */
import { decode } from 'bmp-ts';
import type { Levels } from './levels.js';
import type { Size } from './reduced-size.js';

/** Bytes of the oldest header after that of the file, whose sizes are of 16 bits. */
const OLD_HEADER = 12;
const HEADER_BYTES = 26;

/** @returns undefined if the header is damaged */
export function bmpSize(file: Uint8Array): Size | undefined {
  const bytes = bufferOf(file);
  if (bytes.length < HEADER_BYTES) return undefined;
  const isOld = bytes.readUInt32LE(14) === OLD_HEADER;
  const width = isOld ? bytes.readUInt16LE(18) : bytes.readInt32LE(18);
  // Negative where the lines come from the top.
  const height = Math.abs(isOld ? bytes.readUInt16LE(20) : bytes.readInt32LE(22));
  return width > 0 && height > 0 ? { width, height } : undefined;
}

/** What such files call transparency is mostly none, so there is none. @returns undefined if it is damaged */
export function decodeBmp(file: Uint8Array, maxPixels: number): Levels | undefined {
  const size = bmpSize(file);
  if (size === undefined || size.width * size.height > maxPixels) return undefined;
  let data: Uint8Array;
  try {
    data = decode(bufferOf(file)).data;
  } catch {
    return undefined;
  }
  const pixels = new Uint8Array(3 * size.width * size.height);
  if (data.length !== (4 * pixels.length) / 3) return undefined;
  // It gives opacity, blue, green and red.
  for (let from = 0, to = 0; to < pixels.length; from += 4, to += 3) {
    pixels[to] = data[from + 3]!;
    pixels[to + 1] = data[from + 2]!;
    pixels[to + 2] = data[from + 1]!;
  }
  return { ...size, channels: 3, pixels, readings: [] };
}

function bufferOf({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}
