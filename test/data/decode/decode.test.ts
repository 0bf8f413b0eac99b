/** @file Decoding real files of every kind. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { DataError } from '#src/core/errors.js';
import { decodePicture } from '#src/data/decode/decode.js';
import type { Rgb } from '#src/data/picture.js';
import { scan } from '#src/data/scan/scan.js';
import { encoder, gradient, noise, pictureAt, useTempDir } from '../pictures.js';

const dir = useTempDir();

/** Writes a file, scans it and decodes it. */
async function roundTrip(image: Sharp | Uint8Array, shortSide = 1000): Promise<Rgb> {
  const path = join(dir(), 'picture');
  await writeFile(path, image instanceof Uint8Array ? image : await image.toBuffer());
  const { pictures } = await scan([path]);
  return decodePicture(pictures[0]!, shortSide);
}

function meanDifference(a: Rgb, b: Rgb): number {
  expect([a.width, a.height]).toEqual([b.width, b.height]);
  return a.pixels.reduce((sum, level, i) => sum + Math.abs(level - b.pixels[i]!), 0) / a.pixels.length;
}

/** The colour of the pixel at x, y. */
function at({ width, pixels }: Rgb, x: number, y: number): number[] {
  return [...pixels.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)];
}

describe('decodePicture', () => {
  it.each(['png', 'webp', 'tiff'] as const)('gives the very pixels of a lossless %s', async (format) => {
    const rgb = noise(13, 7);
    expect(
      meanDifference(await roundTrip(encoder(rgb).toFormat(format, { lossless: true, compression: 'lzw' })), rgb),
    ).toBe(0);
  });

  it.each(['jpeg', 'avif', 'gif'] as const)('comes close to the pixels of a lossy %s', async (format) => {
    const rgb = gradient(64, 48);
    expect(meanDifference(await roundTrip(encoder(rgb).toFormat(format)), rgb)).toBeLessThan(4);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('undoes EXIF orientation %i', async (orientation) => {
    // Where a viewer must put the stored top left corner and top right corner, from the EXIF standard.
    const corners = { tl: [0, 0], tr: [1, 0], bl: [0, 1], br: [1, 1] } as const;
    const places = ['', 'tl tr', 'tr tl', 'br bl', 'bl br', 'tl bl', 'tr br', 'br tr', 'bl tl'] as const;
    const [first, second] = places[orientation]!.split(' ') as (keyof typeof corners)[];
    const stored: Rgb = { width: 24, height: 16, pixels: new Uint8Array(3 * 24 * 16) };
    for (let y = 0; y < 8; y++) {
      for (let x = 0; x < 8; x++) {
        stored.pixels[3 * (y * 24 + x)] = 255;
        stored.pixels[3 * (y * 24 + 23 - x) + 1] = 255;
      }
    }
    const shown = await roundTrip(encoder(stored).png().withMetadata({ orientation }));
    expect([shown.width, shown.height]).toEqual(orientation < 5 ? [24, 16] : [16, 24]);
    const corner = (name: keyof typeof corners): number[] =>
      at(shown, corners[name][0] * (shown.width - 1), corners[name][1] * (shown.height - 1));
    expect(corner(first!)).toEqual([255, 0, 0]);
    expect(corner(second!)).toEqual([0, 255, 0]);
  });

  it('turns CMYK into RGB', async () => {
    const cmyk = sharp({ create: { width: 8, height: 8, channels: 3, background: '#d02020' } }).toColourspace('cmyk');
    const bytes = await cmyk.jpeg().toBuffer();
    expect((await sharp(bytes).metadata()).space).toBe('cmyk');
    const [red, green, blue] = at(await roundTrip(bytes), 4, 4) as [number, number, number];
    expect(red).toBeGreaterThan(160);
    expect(Math.max(green, blue)).toBeLessThan(90);
  });

  it('turns 16 bits into 8, in colour and in grey', async () => {
    const sixteen = (channels: 1 | 3): Sharp => {
      const levels = Uint16Array.from({ length: channels * 16 }, () => 0x8080);
      return sharp(levels, { raw: { width: 4, height: 4, channels } }).toColourspace(
        channels === 1 ? 'grey16' : 'rgb16',
      );
    };
    for (const channels of [1, 3] as const) {
      const bytes = await sixteen(channels).png().toBuffer();
      expect((await sharp(bytes).metadata()).depth).toBe('ushort');
      expect(at(await roundTrip(bytes), 2, 2)).toEqual([128, 128, 128]);
    }
  });

  it('repeats grey, and lays transparency on white', async () => {
    const grey = sharp(new Uint8Array(16).fill(77), { raw: { width: 4, height: 4, channels: 1 } }).png();
    expect(at(await roundTrip(grey), 1, 1)).toEqual([77, 77, 77]);
    const half = sharp({ create: { width: 4, height: 4, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0.5 } } });
    const [level] = at(await roundTrip(half.png()), 1, 1);
    expect(Math.abs(level! - 127)).toBeLessThanOrEqual(1);
    const greyAlpha = sharp(new Uint8Array(32), { raw: { width: 4, height: 4, channels: 2 } }).png();
    expect(at(await roundTrip(greyAlpha), 1, 1)).toEqual([255, 255, 255]);
  });

  it('takes the first frame of an animation', async () => {
    const frames = ['#ff0000', '#0000ff'].map((background) =>
      sharp({ create: { width: 6, height: 5, channels: 3, background } })
        .png()
        .toBuffer(),
    );
    const gif = await sharp(await Promise.all(frames), { join: { animated: true } })
      .gif()
      .toBuffer();
    expect((await sharp(gif).metadata()).pages).toBe(2);
    const rgb = await roundTrip(gif);
    expect([rgb.width, rgb.height]).toEqual([6, 5]);
    expect(at(rgb, 3, 3)).toEqual([255, 0, 0]);
  });

  it.each([
    [100, 60, 30, 50, 30],
    [60, 100, 30, 30, 50],
    [100, 60, 60, 100, 60],
    [20, 10, 60, 20, 10],
    [101, 67, 13, 20, 13],
    [900, 30, 10, 40, 10],
    [30, 900, 300, 30, 120],
    [900, 1, 300, 4, 1],
  ])('brings %i × %i with a short side of at most %i to %i × %i', async (width, height, shortSide, w, h) => {
    const rgb = await roundTrip(encoder(gradient(width, height)).png(), shortSide);
    expect([rgb.width, rgb.height]).toEqual([w, h]);
  });

  it('keeps the middle of a panorama', async () => {
    const rgb = await roundTrip(encoder(gradient(1000, 10)).png());
    expect([rgb.width, rgb.height]).toEqual([40, 10]);
    expect(at(rgb, 0, 5)[0]).toBe(Math.floor((255 * 480) / 1000));
  });

  it('reduces with a triangle filter: a constant stays, and a halved picture is the (1, 3, 3, 1)/8 average', async () => {
    const rgb = noise(32, 32);
    const half = await roundTrip(encoder(rgb).png(), 16);
    const taps = [1, 3, 3, 1];
    const level = (x: number, y: number): number => rgb.pixels[3 * (y * 32 + x)]!;
    for (const [x, y] of [
      [3, 4],
      [8, 8],
      [12, 6],
    ] as const) {
      let sum = 0;
      for (let j = 0; j < 4; j++) {
        for (let i = 0; i < 4; i++) sum += (taps[i]! * taps[j]! * level(2 * x - 1 + i, 2 * y - 1 + j)) / 64;
      }
      expect(Math.abs(at(half, x, y)[0]! - sum)).toBeLessThan(2);
    }
  });

  it('refuses a file that is cut short, in every format', async () => {
    for (const format of ['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const) {
      const bytes = await encoder(noise(120, 90)).toFormat(format).toBuffer();
      const path = join(dir(), `cut.${format}`);
      await writeFile(path, bytes.subarray(0, Math.floor(bytes.length * 0.7)));
      const decoding = decodePicture(pictureAt(path, 120, 90), 32);
      await expect(decoding, format).rejects.toThrow(DataError);
      await expect(decoding, format).rejects.toThrow(/^damaged: [^\n]+$/);
    }
  });

  it('refuses a file that has grown since the scan', async () => {
    const path = join(dir(), 'grown.png');
    await encoder(gradient(50, 50)).png().toFile(path);
    await expect(decodePicture(pictureAt(path, 20, 20), 32)).rejects.toThrow(
      'damaged: expected 20 × 20 pixels, as when it was found, got 50 × 50',
    );
  });

  it('says of a missing file that it is missing, not that it is damaged', async () => {
    await expect(decodePicture(pictureAt(join(dir(), 'gone.png'), 20, 20), 32)).rejects.toThrow('ENOENT');
  });
});
