/** @file The size of JPEG files from their first bytes, beside what libvips finds. */

import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { JPEG_HEADER_BYTES, readJpegSize } from '#src/data/scan/jpeg-size.js';
import { encoder, gradient } from '../pictures.js';

const picture = (): Sharp => encoder(gradient(40, 24));

async function sizeBySharp(bytes: Uint8Array): Promise<{ width: number; height: number }> {
  return (await sharp(bytes).metadata()).autoOrient;
}

/** A JPEG file with `segment` right behind its first marker. */
async function jpegWith(marker: number, segment: Uint8Array): Promise<Buffer> {
  const jpeg = await picture().jpeg().toBuffer();
  const lead = Buffer.from([0xff, marker, (segment.length + 2) >> 8, (segment.length + 2) & 0xff]);
  return Buffer.concat([jpeg.subarray(0, 2), lead, segment, jpeg.subarray(2)]);
}

/** EXIF data of one entry, in Motorola's byte order, as cameras write it. */
function exif(type: number, value: number): Buffer {
  const data = Buffer.from('Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\0\0\0\0\x01\0\0\0\0\0\0\0\0', 'latin1');
  data.writeUInt16BE(type, 18);
  data.writeUInt16BE(value, 24);
  return data;
}

describe('readJpegSize', () => {
  it.each([
    ['baseline', () => picture().jpeg()],
    ['progressive', () => picture().jpeg({ progressive: true })],
    ['grey', () => picture().greyscale().jpeg()],
    ['CMYK', () => picture().toColourspace('cmyk').jpeg()],
    ['profiled', () => picture().withIccProfile('p3').jpeg()],
  ])('finds the size of a %s file', async (_, encode) => {
    expect(readJpegSize(await encode().toBuffer())).toEqual({ width: 40, height: 24 });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('applies EXIF orientation %i, in either byte order', async (orientation) => {
    const little = await picture().withMetadata({ orientation }).jpeg().toBuffer();
    const big = await jpegWith(0xe1, exif(3, orientation));
    for (const bytes of [little, big]) {
      const { width, height } = await sizeBySharp(bytes);
      expect([width, height]).toEqual(orientation < 5 ? [40, 24] : [24, 40]);
      expect(readJpegSize(bytes)).toEqual({ width, height });
    }
  });

  it('passes over comments and data of other kinds', async () => {
    for (const marker of [0xfe, 0xe1, 0xe2, 0xef]) {
      expect(readJpegSize(await jpegWith(marker, Buffer.alloc(1000, 0xff)))).toEqual({ width: 40, height: 24 });
    }
  });

  it('leaves to a decoder an orientation that makes no sense, or is told twice', async () => {
    expect(readJpegSize(await jpegWith(0xe1, exif(3, 9)))).toBeUndefined();
    expect(readJpegSize(await jpegWith(0xe1, exif(4, 6)))).toBeUndefined();
    const once = await jpegWith(0xe1, exif(3, 6));
    expect(readJpegSize(Buffer.concat([once.subarray(0, 38), once.subarray(2)]))).toBeUndefined();
  });

  it('leaves to a decoder what is no JPEG file, and one that is cut short before its samples', async () => {
    expect(readJpegSize(await picture().png().toBuffer())).toBeUndefined();
    const jpeg = await picture().jpeg().toBuffer();
    const samples = jpeg.indexOf(Buffer.from([0xff, 0xda]));
    for (let length = 0; length < samples; length++) expect(readJpegSize(jpeg.subarray(0, length))).toBeUndefined();
    const long = await jpegWith(0xe2, Buffer.alloc(0xffff - 2));
    expect(readJpegSize(long.subarray(0, JPEG_HEADER_BYTES))).toBeUndefined();
  });

  it('never differs from libvips where a byte of the header is wrong', async () => {
    const random = new Random(3, 'draw');
    const jpeg = await picture().withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const samples = jpeg.indexOf(Buffer.from([0xff, 0xda]));
    let found = 0;
    for (let i = 0; i < 300; i++) {
      const bytes = Buffer.from(jpeg);
      bytes[random.integer(samples)] = random.integer(256);
      const size = readJpegSize(bytes);
      const { width, height } = await sizeBySharp(bytes).catch(() => ({ width: undefined, height: undefined }));
      if (size === undefined || width === undefined) continue;
      expect(size).toEqual({ width, height });
      found++;
    }
    expect(found).toBeGreaterThan(200);
  });
});
