/** @file BMP, HEIC and JPEG XL, which libvips does not read here: from files that other programs wrote. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataError } from '#src/core/errors.js';
import { decodePicture } from '#src/data/decode/decode.js';
import { jxlSize } from '#src/data/decode/jxl-size.js';
import { decodeJxl } from '#src/data/decode/libjxl.js';
import { loadLibjxl } from '#src/data/decode/wasm-packages.js';
import type { Rgb } from '#src/data/picture.js';
import { scan } from '#src/data/scan/scan.js';
import { noise, useTempDir } from '../pictures.js';

const dir = useTempDir();
/** Red on the left, blue on the right, by libheif and x265 (pillow-heif). */
const HEIC = new URL('./two-colours.heic', import.meta.url);
/** The same colours by cjxl 0.7: without loss, as bare as can be, */
const JXL = await readFile(new URL('./two-colours.jxl', import.meta.url));
/** and of a JPEG with EXIF that says to turn it by 90°, in a container: red is above, then. */
const TURNED_JXL = Buffer.from(
  [
    'AAAADEpYTCANCocKAAAAFGZ0eXBqeGwgAAAAAGp4bCAAAAD5anhsY/8KyyyQUFwSABKIAgCIA13lEgAAFSqjjBu8nOv58kOHxbSN6wxttW1hSaLI',
    'ODZJJ3AIKbChrRojqah4jKeLvJOOMZ5ijPEYMKI0Bff+dwHP/mAO/6nZOeRJneYALv3i6mnz16n/Y4pXXRH5+BpF07Oln5i/Zy2lFx2ed1Ce+cum',
    'A2VHMi1glgOf74KepV4ijwLUZoUUyGglkszLu4t5mYkTEkSjunFz8rpESwvy1G7ZiL//invnc78EJ19LGkbG/FTMH1Z73CftPJQPR4Pj/QXjC2Sp',
    'JW11FMJ3BytCC8TpcEoX+vMgF/I1wAbVxhUEDAw=',
  ].join(''),
  'base64',
);

async function decoded(name: string, bytes: Uint8Array): Promise<Rgb> {
  const path = join(dir(), name);
  await writeFile(path, bytes);
  const [picture] = (await scan([path])).pictures;
  return decodePicture(picture!, 1000);
}

/** A BMP file by the book: 54 bytes of header, palette, then lines from the bottom, each of a multiple of four bytes. */
function bmp({ width, height, pixels }: Rgb, { bits = 24, fromTop = false } = {}): Buffer {
  const palette = bits === 8 ? Buffer.alloc(1024) : Buffer.alloc(0);
  for (let i = 0; i < palette.length / 4; i++) palette.set([i, 255 - i, (7 * i) & 255, 0], 4 * i);
  const stride = 4 * Math.ceil((width * bits) / 32);
  const lines = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [r, g, b] = pixels.subarray(3 * (y * width + x));
      const at = (fromTop ? y : height - 1 - y) * stride + (x * bits) / 8;
      lines.set(bits === 8 ? [r!] : [b!, g!, r!], at);
    }
  }
  const header = Buffer.alloc(54);
  header.write('BM');
  header.writeUInt32LE(54 + palette.length + lines.length, 2);
  header.writeUInt32LE(54 + palette.length, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(fromTop ? -height : height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(bits, 28);
  return Buffer.concat([header, palette, lines]);
}

describe('a BMP file', () => {
  it.each([{}, { fromTop: true }, { bits: 32 }])('is read to the bit: %o', async (how) => {
    const picture = noise(7, 5);
    const { width, height, pixels } = await decoded('a.bmp', bmp(picture, how));
    expect({ width, height }).toEqual({ width: 7, height: 5 });
    expect(Buffer.compare(pixels, picture.pixels)).toBe(0);
  });

  it('is read by its palette', async () => {
    const picture = noise(7, 5);
    const { pixels } = await decoded('a.bmp', bmp(picture, { bits: 8 }));
    for (let i = 0; i < 35; i++) {
      const index = picture.pixels[3 * i]!;
      expect(Array.from(pixels.subarray(3 * i, 3 * i + 3))).toEqual([(7 * index) & 255, 255 - index, index]);
    }
  });

  it('is said to be cut short if it is', async () => {
    const file = bmp(noise(40, 40));
    await expect(decoded('a.bmp', file.subarray(0, 2000))).rejects.toThrow('damaged: the BMP file is cut short');
  });

  it('is none if it only begins like one', async () => {
    await writeFile(join(dir(), 'a.bmp'), 'BMW and others');
    await expect(scan([dir()])).rejects.toThrow('no picture but text');
  });
});

describe('a HEIC file', () => {
  it('is read, as large as it says', async () => {
    const { width, height, pixels } = await decoded('a.heic', await readFile(HEIC));
    expect({ width, height }).toEqual({ width: 64, height: 48 });
    const at = (x: number): number[] => Array.from(pixels.subarray(3 * (24 * 64 + x), 3 * (24 * 64 + x) + 3));
    for (const [i, level] of [220, 30, 30].entries()) expect(Math.abs(at(8)[i]! - level)).toBeLessThan(6);
    for (const [i, level] of [30, 30, 220].entries()) expect(Math.abs(at(56)[i]! - level)).toBeLessThan(6);
  });

  it('is said to be damaged or cut short if it is', async () => {
    const file = await readFile(HEIC);
    await expect(decoded('a.heic', file.subarray(0, 480))).rejects.toThrow('damaged: the HEIC file is cut short');
    // From where the pixels begin.
    file.fill(0, 417);
    await expect(decoded('b.heic', file)).rejects.toThrow(DataError);
  });
});

describe('a JPEG XL file', () => {
  it('is read, without loss if it has none', async () => {
    const { width, height, pixels } = await decoded('a.jxl', JXL);
    expect({ width, height }).toEqual({ width: 64, height: 48 });
    const expected = Array.from({ length: 64 * 48 }, (_, i) => (i % 64 < 32 ? [220, 30, 30] : [30, 30, 220]));
    expect(Array.from(pixels)).toEqual(expected.flat());
  });

  it('is read upright, from a container', async () => {
    const { width, height, pixels } = await decoded('a.jpg', TURNED_JXL);
    expect({ width, height }).toEqual({ width: 48, height: 64 });
    const at = (y: number): number[] => Array.from(pixels.subarray(3 * (y * 48 + 24), 3 * (y * 48 + 24) + 3));
    for (const [i, level] of [220, 30, 30].entries()) expect(Math.abs(at(8)[i]! - level)).toBeLessThan(6);
    for (const [i, level] of [30, 30, 220].entries()) expect(Math.abs(at(56)[i]! - level)).toBeLessThan(6);
  });

  it('has the size that its header says, of whatever form', () => {
    /** Bits, the lowest first, behind the mark. */
    const header = (...numbers: readonly (readonly [value: number, bits: number])[]): Uint8Array => {
      const bits = numbers.flatMap(([value, count]) => Array.from({ length: count }, (_, i) => (value >> i) & 1));
      const bytes = Array.from({ length: 14 }, (_, i) =>
        bits.slice(8 * i, 8 * i + 8).reduce((sum, bit, at) => sum + bit * 2 ** at, 0),
      );
      return Uint8Array.of(0xff, 0x0a, ...bytes);
    };
    // Small sides are eighths; a ratio takes the place of a width, here 16:9; others have 9, 13, 18 or 30 bits.
    expect(jxlSize(header([1, 1], [5, 5], [0, 3], [7, 5], [1, 1]))).toEqual({ width: 64, height: 48 });
    expect(jxlSize(header([0, 1], [1, 2], [1079, 13], [5, 3], [1, 1]))).toEqual({ width: 1920, height: 1080 });
    expect(jxlSize(header([0, 1], [2, 2], [69999, 18], [0, 3], [0, 2], [2, 9], [1, 1]))).toEqual({
      width: 3,
      height: 70000,
    });
    // Turned by 90° (6 of EXIF).
    expect(jxlSize(header([1, 1], [5, 5], [0, 3], [7, 5], [0, 1], [1, 1], [5, 3]))).toEqual({ width: 48, height: 64 });
    expect(jxlSize(TURNED_JXL.subarray(0, 40))).toBeUndefined();
  });

  it('is said to be damaged or cut short if it is, or larger than is taken', async () => {
    await expect(decoded('a.jxl', TURNED_JXL.subarray(0, 200))).rejects.toThrow(
      'damaged: the JPEG XL file is cut short',
    );
    await expect(decoded('b.jxl', Buffer.from(JXL).fill(0xff, 12))).rejects.toThrow(
      'damaged: JPEG XL data that cannot',
    );
    await expect(decodeJxl(await loadLibjxl(), JXL, 64 * 48 - 1)).rejects.toThrow(
      'JPEG XL: expected at most 3071 pixels, got 3072. Convert it to PNG',
    );
  });
});
