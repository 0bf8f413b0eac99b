/** @file Drawn on a canvas, pictures are to the bit as they were before there was one: earlier trainings go on exactly. */
import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { CropCanvas } from '#src/data/transform/crop-canvas.js';
import { Resampler } from '#src/data/transform/resample.js';
import { noise } from '../pictures.js';
import { FORMULAS } from './colour-formulas.js';

describe('CropCanvas', () => {
  it.each([1, 2, 7, 16, 33])('of %i pixels draws what the resampler makes of a box', (size) => {
    const canvas = new CropCanvas(size);
    const resampler = new Resampler();
    const random = new Random(3, 'draw', size);
    // The second is larger than its memory is at first.
    for (const picture of [noise(41, 29), noise(300, 310), noise(5, 64)]) {
      for (let trial = 0; trial < 8; trial++) {
        const [width, height] = [1 + random.integer(picture.width), 1 + random.integer(picture.height)];
        const left = random.integer(picture.width - width + 1);
        const box = { left, top: random.integer(picture.height - height + 1), width, height };
        const [drawn, expected] = [new Float32Array(3 * size * size), new Float32Array(3 * size * size)];
        const flip = trial % 2 === 1;
        canvas.draw(picture, box, flip);
        canvas.copyTo(drawn);
        const scaled = { width: size, height: size };
        resampler.resample(picture, box, scaled, { left: 0, top: 0, size }, flip, expected);
        expect(drawn).toEqual(expected);
      }
    }
  });

  it.each([7, 16])('of %i pixels is changed as the formulas of version 0.1 change it', (size) => {
    const canvas = new CropCanvas(size);
    const random = new Random(4, 'draw', size);
    for (let trial = 0; trial < 40; trial++) {
      const picture = noise(size, size);
      for (let i = 0; i < picture.pixels.length; i++)
        picture.pixels[i] = random.integer(trial % 2 === 0 ? 256 : 3) * 85;
      const [drawn, expected] = [new Float32Array(3 * size * size), new Float32Array(3 * size * size)];
      canvas.draw(picture, { left: 0, top: 0, width: size, height: size }, false);
      canvas.copyTo(expected);
      for (let change = 0; change < 6; change++) {
        const kind = (['adjustBrightness', 'adjustContrast', 'adjustSaturation', 'adjustHue'] as const)[
          random.integer(4)
        ]!;
        const amount = kind === 'adjustHue' ? random.uniform(-0.5, 0.5) : random.uniform(0, 2);
        canvas[kind](amount);
        FORMULAS[kind](expected, amount);
      }
      canvas.copyTo(drawn);
      expect(drawn).toEqual(expected);
    }
  });
});
