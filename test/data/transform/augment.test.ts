/** @file The random transform: what it draws, and that it does what its parts do. */

import { describe, expect, it } from 'vitest';
import { ArgumentError } from '#src/core/errors.js';
import { Random } from '#src/core/random.js';
import type { Rgb } from '#src/data/picture.js';
import { type Augmentation, Augmenter, drawCrop } from '#src/data/transform/augment.js';
import { noise } from '../pictures.js';

/** Does nothing: the whole picture, its colours, no normalisation. */
const nothing: Augmentation = {
  scale: [1, 1],
  flip: 0,
  jitter: { brightness: 0, contrast: 0, saturation: 0, hue: 0 },
  greyscale: 0,
  mean: [0, 0, 0],
  std: [1, 1, 1],
};

function augment(picture: Rgb, size: number, augmentation: Augmentation, draw = 0): Float32Array {
  const out = new Float32Array(3 * size * size);
  new Augmenter(size, augmentation).apply(picture, new Random(5, 'augment', 0, draw), out);
  return out;
}

/** uint8[n, 3] to float[3, n] in [0, 1]. */
function planes({ pixels }: Rgb): number[] {
  return [0, 1, 2].flatMap((channel) => [...pixels.filter((_, i) => i % 3 === channel)].map((level) => level / 255));
}

function expectClose(actual: Float32Array, expected: readonly number[]): void {
  expect(Math.max(...expected.map((value, i) => Math.abs(value - actual[i]!)))).toBeLessThan(1e-6);
}

describe('drawCrop', () => {
  const draws = (width: number, height: number, scale: readonly [number, number]) =>
    Array.from({ length: 4000 }, (_, i) => drawCrop(width, height, scale, new Random(3, 'augment', 0, i)));

  it('stays inside, within the scale and the ratio, and reaches all four edges', () => {
    const boxes = draws(300, 200, [0.2, 1]);
    for (const { left, top, width, height } of boxes) {
      expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
      expect(left + width).toBeLessThanOrEqual(300);
      expect(top + height).toBeLessThanOrEqual(200);
      const area = (width * height) / 60_000;
      expect(area).toBeGreaterThan(0.195);
      // Sides are rounded to whole pixels.
      expect(width / height).toBeGreaterThan(0.74);
      expect(width / height).toBeLessThan(1.36);
    }
    expect(Math.min(...boxes.map(({ left }) => left))).toBe(0);
    expect(Math.min(...boxes.map(({ top }) => top))).toBe(0);
    expect(Math.max(...boxes.map(({ left, width }) => left + width))).toBe(300);
    expect(Math.max(...boxes.map(({ top, height }) => top + height))).toBe(200);
  });

  it('draws the area uniformly and the ratio uniformly in its logarithm where every draw fits', () => {
    const boxes = draws(1000, 1000, [0.1, 0.5]);
    const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    const areas = boxes.map(({ width, height }) => (width * height) / 1e6);
    const ratios = boxes.map(({ width, height }) => Math.log(width / height));
    // Four standard errors of 4000 uniform draws.
    expect(Math.abs(mean(areas) - 0.3)).toBeLessThan((4 * 0.4) / Math.sqrt(12 * 4000));
    expect(Math.abs(mean(ratios))).toBeLessThan((4 * 2 * Math.log(4 / 3)) / Math.sqrt(12 * 4000));
    const variance = mean(ratios.map((ratio) => ratio ** 2));
    expect(variance / ((2 * Math.log(4 / 3)) ** 2 / 12)).toBeCloseTo(1, 1);
  });

  it('falls back to the central box of the nearest ratio where nothing fits', () => {
    const random = new Random(1, 'augment');
    expect(drawCrop(400, 10, [1, 1], random)).toEqual({ left: 193, top: 0, width: 13, height: 10 });
    expect(drawCrop(30, 400, [1, 1], random)).toEqual({ left: 0, top: 180, width: 30, height: 40 });
    expect(drawCrop(1, 1, [0.2, 1], random)).toEqual({ left: 0, top: 0, width: 1, height: 1 });
  });
});

describe('Augmenter', () => {
  const picture = noise(8, 8);

  it('changes nothing when nothing is asked for', () => {
    expectClose(augment(picture, 8, nothing), planes(picture));
  });

  it('normalises', () => {
    const mean = [0.1, 0.2, 0.3] as const;
    const std = [0.5, 0.25, 2] as const;
    const expected = planes(picture).map((value, i) => (value - mean[Math.trunc(i / 64)]!) / std[Math.trunc(i / 64)]!);
    expectClose(augment(picture, 8, { ...nothing, mean, std }), expected);
  });

  it('mirrors and greys as often as it should', () => {
    const expected = planes(picture);
    const count = (augmentation: Augmentation, is: (out: Float32Array) => boolean): number =>
      Array.from({ length: 1000 }, (_, i) => augment(picture, 8, augmentation, i)).filter(is).length;
    const mirrored = count({ ...nothing, flip: 0.5 }, (out) => Math.abs(out[0]! - expected[7]!) < 1e-6);
    const grey = count({ ...nothing, greyscale: 0.2 }, (out) => out[9] === out[9 + 64] && out[9] === out[9 + 128]);
    // Four standard deviations of a binomial.
    expect(Math.abs(mirrored - 500)).toBeLessThan(64);
    expect(Math.abs(grey - 200)).toBeLessThan(51);
  });

  it('draws factors over their whole range', () => {
    const level = 100 / 255;
    const flat: Rgb = { width: 2, height: 2, pixels: new Uint8Array(12).fill(100) };
    const jitter = { ...nothing.jitter, brightness: 0.4 };
    const factors = Array.from({ length: 2000 }, (_, i) => augment(flat, 2, { ...nothing, jitter }, i)[0]! / level);
    expect(Math.min(...factors)).toBeGreaterThan(0.6 - 1e-6);
    expect(Math.min(...factors)).toBeLessThan(0.605);
    expect(Math.max(...factors)).toBeLessThan(1.4 + 1e-6);
    expect(Math.max(...factors)).toBeGreaterThan(1.395);
  });

  it('changes colours in random order', () => {
    // Half black, half white; factors b, c in [0, 2]. With b > 1 and c < 1, brightness first clamps white at 1, and
    // then contrast leaves black + white = 1; contrast first gives more than 1. Each happens once in eight.
    const halves: Rgb = { width: 4, height: 4, pixels: Uint8Array.from({ length: 48 }, (_, i) => (i < 24 ? 0 : 255)) };
    const jitter = { ...nothing.jitter, brightness: 1, contrast: 1 };
    let brightnessFirst = 0;
    let contrastFirst = 0;
    for (let i = 0; i < 2000; i++) {
      const out = augment(halves, 4, { ...nothing, jitter }, i);
      const black = out[0]!;
      const sum = black + out[15]!;
      if (black < 1e-4) continue;
      if (Math.abs(sum - 1) < 1e-4) brightnessFirst++;
      else if (sum > 1) contrastFirst++;
    }
    // Four standard deviations of a binomial with n = 2000, p = 1/8.
    expect(Math.abs(brightnessFirst - 250)).toBeLessThan(60);
    expect(Math.abs(contrastFirst - 250)).toBeLessThan(60);
  });

  it('depends on the stream alone, not on what was augmented before', () => {
    const all: Augmentation = {
      ...nothing,
      scale: [0.2, 1],
      flip: 0.5,
      jitter: { brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.4 },
      greyscale: 0.2,
    };
    const used = new Augmenter(8, all);
    const out = new Float32Array(192);
    for (let i = 0; i < 10; i++) {
      used.apply(noise(5 + 9 * i, 40 - 3 * i), new Random(5, 'augment', 1, i), out);
      used.apply(picture, new Random(5, 'augment', 0, i), out);
      expect(out).toEqual(augment(picture, 8, all, i));
    }
    expect(augment(picture, 8, all, 1)).not.toEqual(augment(picture, 8, all, 2));
  });

  it.each([
    ['scale', { scale: [0, 1] }],
    ['scale', { scale: [0.5, 0.2] }],
    ['scale', { scale: [0.5, 1.5] }],
    ['flip', { flip: 1.1 }],
    ['greyscale', { greyscale: Number.NaN }],
    ['hue', { jitter: { ...nothing.jitter, hue: 0.6 } }],
    ['contrast', { jitter: { ...nothing.jitter, contrast: -1 } }],
    ['std', { std: [1, 0, 1] }],
  ] as const)('refuses a %s out of its range', (name, wrong) => {
    const make = (): Augmenter => new Augmenter(8, { ...nothing, ...wrong });
    expect(make).toThrow(ArgumentError);
    expect(make).toThrow(new RegExp(`^${name}: expected .*, got `));
  });
});
