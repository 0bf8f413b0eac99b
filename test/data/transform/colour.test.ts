/** @file Changes of colour against torchvision's definitions, written naively in float64. */

import { describe, expect, it } from 'vitest';
import type { Rgb } from '#src/data/picture.js';
import { CropCanvas } from '#src/data/transform/crop-canvas.js';
import { normalise } from '#src/data/transform/normalise.js';
import { noise } from '../pictures.js';

type Colour = readonly [number, number, number];

/** float32: half a unit in the last place of values up to 1, after few operations. */
const TOLERANCE = 2e-7;

const grey = ([r, g, b]: Colour): number => 0.2989 * r + 0.587 * g + 0.114 * b;
const clamp = (value: number): number => Math.min(Math.max(value, 0), 1);
/** torchvision's _blend of one value with another. */
const blend = (value: number, other: number, ratio: number): number => clamp(ratio * value + (1 - ratio) * other);
const map = (colour: Colour, change: (value: number) => number): Colour => colour.map(change) as unknown as Colour;

/** The way of torchvision's _rgb2hsv, turn, _hsv2rgb. */
function turnHue([r, g, b]: Colour, turn: number): Colour {
  const max = Math.max(r, g, b);
  const min = Math.min(r, g, b);
  const chroma = max - min;
  const saturation = chroma / (max === min ? 1 : max);
  const divisor = max === min ? 1 : chroma;
  const [rc, gc, bc] = [(max - r) / divisor, (max - g) / divisor, (max - b) / divisor];
  const hr = max === r ? bc - gc : 0;
  const hg = max === g && max !== r ? 2 + rc - bc : 0;
  const hb = max !== g && max !== r ? 4 + gc - rc : 0;
  const turned = (((hr + hg + hb) / 6 + 1 + turn) % 1) * 6;
  const sector = Math.floor(turned);
  const f = turned - sector;
  const p = clamp(max * (1 - saturation));
  const q = clamp(max * (1 - saturation * f));
  const t = clamp(max * (1 - saturation * (1 - f)));
  const table: Colour[] = [
    [max, t, p],
    [q, max, p],
    [p, max, t],
    [p, q, max],
    [t, p, max],
    [max, p, q],
  ];
  return table[sector % 6]!;
}

/** Of a canvas that is not a whole number of pairs, so that a last pixel is on its own. */
const SIZE = 11;

/** Random colours, and the corners and edges of the cube where hue changes its formula. */
function colours(): Rgb {
  const { pixels } = noise(SIZE, SIZE);
  const levels = [0, 128, 255];
  const corners = levels.flatMap((r) => levels.flatMap((g) => levels.flatMap((b) => [r, g, b])));
  pixels.set(corners);
  return { pixels, width: SIZE, height: SIZE };
}

const picture = colours();
/** As float32 holds it. */
const input = Array.from(
  { length: SIZE * SIZE },
  (_, i) => [0, 1, 2].map((c) => Math.fround(picture.pixels[3 * i + c]! / 255)) as unknown as Colour,
);

/** All colours red, then all green, then all blue. */
function changed(shown: Rgb, change: (canvas: CropCanvas) => void): Float32Array {
  const canvas = new CropCanvas(shown.width);
  canvas.draw(shown, { left: 0, top: 0, width: shown.width, height: shown.height }, false);
  change(canvas);
  const out = new Float32Array(3 * shown.width ** 2);
  canvas.copyTo(out);
  return out;
}

function expectChange(change: (canvas: CropCanvas) => void, expected: (colour: Colour) => Colour): void {
  const out = changed(picture, change);
  const flat = [0, 1, 2].flatMap((channel) => input.map((colour) => expected(colour)[channel]!));
  expect(Math.max(...flat.map((value, i) => Math.abs(value - out[i]!)))).toBeLessThan(TOLERANCE);
}

const factors = [0, 0.6, 1, 1.4, 3];

describe('changes of colour', () => {
  it.each(factors)('brightness by %f blends with black', (factor) => {
    expectChange(
      (canvas) => canvas.adjustBrightness(factor),
      (colour) => map(colour, (value) => blend(value, 0, factor)),
    );
  });

  it.each(factors)('contrast by %f blends with the mean grey', (factor) => {
    const mean = input.reduce((sum, colour) => sum + grey(colour), 0) / input.length;
    expectChange(
      (canvas) => canvas.adjustContrast(factor),
      (colour) => map(colour, (value) => blend(value, mean, factor)),
    );
  });

  it.each(factors)('saturation by %f blends with the own grey', (factor) => {
    expectChange(
      (canvas) => canvas.adjustSaturation(factor),
      (colour) => map(colour, (value) => blend(value, grey(colour), factor)),
    );
  });

  it.each([-0.5, -0.4, -1 / 3, -0.1, 0, 0.05, 1 / 6, 0.37, 0.5])('hue turns by %f', (turn) => {
    expectChange(
      (canvas) => canvas.adjustHue(turn),
      (colour) => turnHue(colour, turn),
    );
  });

  it('a third of a turn makes red green, green blue and blue red', () => {
    const pixels = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 0, 0);
    const out = changed({ pixels, width: 2, height: 2 }, (canvas) => canvas.adjustHue(1 / 3));
    expect([...out].map((value) => Number(value.toFixed(6)))).toEqual([0, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 0]);
  });

  it('greyscale repeats the grey', () => {
    expectChange(
      (canvas) => canvas.toGreyscale(),
      (colour) => map(colour, () => grey(colour)),
    );
  });

  it('normalise subtracts the mean and divides by the deviation of each plane', () => {
    const picture = Float32Array.from([0.5, 1, 0.25, 0.75, 0, 1]);
    normalise(picture, [0.5, 0.25, 0.5], [0.5, 0.25, 2]);
    expect([...picture]).toEqual([0, 1, 0, 2, -0.25, 0.25]);
    const [mean, std] = [
      [0.485, 0.456, 0.406],
      [0.229, 0.224, 0.225],
    ] as const;
    const drawn = changed(colours(), () => undefined);
    normalise(drawn, mean, std);
    expect(changed(colours(), (canvas) => canvas.normalise(mean, std))).toEqual(drawn);
  });
});
