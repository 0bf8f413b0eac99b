/** @file Padding to a square, beside what sharp makes of the same picture. */
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import type { Rgb } from '#src/data/picture.js';
import { Augmenter, drawCrop } from '#src/data/transform/augment.js';
import { CentreCropper } from '#src/data/transform/centre-crop.js';
import { fitted } from '#src/data/transform/pad.js';
import { encoder, gradient, noise } from '../pictures.js';

const plain = { mean: [0, 0, 0], std: [1, 1, 1] } as const;
const still = { ...plain, flip: 0, jitter: { brightness: 0, contrast: 0, saturation: 0, hue: 0 }, greyscale: 0 };

/** The lower median of each channel over the outermost pixels, by sorting. */
function borderMedian({ width, height, pixels }: Rgb): number[] {
  const isBorder = (i: number): boolean => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return x === 0 || y === 0 || x === width - 1 || y === height - 1;
  };
  const places = Array.from({ length: width * height }, (_, i) => i).filter(isBorder);
  return [0, 1, 2].map((channel) => {
    const levels = places.map((i) => pixels[3 * i + channel]!).sort((a, b) => a - b);
    return levels[Math.ceil(levels.length / 2) - 1]!;
  });
}

describe('padding', () => {
  it.each([
    [9, 4],
    [4, 9],
    [7, 2],
    [1, 4],
    [3, 1],
    [40, 13],
  ])('of %i × %i is what sharp extends by the median of the border', async (width, height) => {
    const picture = noise(width, height, width);
    const side = Math.max(width, height);
    const left = Math.floor((side - width) / 2);
    const top = Math.floor((side - height) / 2);
    const [r, g, b] = borderMedian(picture) as [number, number, number];
    const extended = await encoder(picture)
      .extend({ left, top, right: side - width - left, bottom: side - height - top, background: { r, g, b } })
      .raw()
      .toBuffer();
    const { picture: square, content } = fitted(picture, 'pad');
    expect([square.width, square.height]).toEqual([side, side]);
    expect(Buffer.compare(square.pixels, extended)).toBe(0);
    expect(content).toEqual({ left, top, width, height });
  });

  it('leaves squares alone, and everything where nothing is to be padded', () => {
    expect(fitted(noise(5, 5), 'pad').picture).toEqual(noise(5, 5));
    expect(fitted(noise(5, 9), 'crop').picture).toEqual(noise(5, 9));
  });

  it('shows the encoder the whole of a long picture', async () => {
    const picture = gradient(64, 16);
    const { picture: square } = fitted(picture, 'pad');
    const seen = new Float32Array(3 * 16 * 16);
    new CentreCropper({ size: 16, resize: 16, fit: 'pad', ...plain }).apply(picture, seen);
    const resized = await sharp(square.pixels, { raw: { width: 64, height: 64, channels: 3 } })
      .resize(16, 16, { kernel: 'linear' })
      .raw()
      .toBuffer();
    // A level of rounding between sharp's two passes, and one after.
    for (let i = 0; i < 256; i++) expect(Math.abs(255 * seen[i]! - resized[3 * i]!)).toBeLessThan(2);
    new CentreCropper({ size: 16, resize: 16, ...plain }).apply(picture, seen);
    for (let i = 0; i < 256; i++) {
      const [x, y] = [24 + (i % 16), Math.floor(i / 16)];
      expect(255 * seen[i]!).toBeCloseTo(picture.pixels[3 * (64 * y + x)]!, 3);
    }
  });

  it('shows training crops of the padded square, whose middles lie in the picture', () => {
    const picture = noise(40, 10);
    const { picture: square, content } = fitted(picture, 'pad');
    const augmentation = { ...still, scale: [0.05, 0.3] } as const;
    const padded = new Augmenter(8, { ...augmentation, fit: 'pad' });
    const boxes = Array.from({ length: 500 }, (_, i) =>
      drawCrop(40, 40, augmentation.scale, new Random(3, 'augment', 0, i), content),
    );
    for (const { top, height } of boxes) {
      expect(top + height / 2).toBeGreaterThanOrEqual(15);
      expect(top + height / 2).toBeLessThanOrEqual(25);
    }
    expect(Math.min(...boxes.map(({ left }) => left))).toBe(0);
    const out = new Float32Array(192);
    padded.apply(picture, new Random(3, 'augment', 0, 1), out);
    const { left, top, width, height } = boxes[1]!;
    // The mean of a crop stays what it is, wherever in it pixels are brought together.
    let sum = 0;
    for (let y = top; y < top + height; y++)
      for (let x = left; x < left + width; x++) sum += square.pixels[3 * (40 * y + x)]!;
    const mean = out.subarray(0, 64).reduce((total, value) => total + value, 0) / 64;
    expect(Math.abs(255 * mean - sum / (width * height))).toBeLessThan(15);
  });
});
