import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import type { Rgb } from '#src/data/picture.js';
import { align, type GreyPicture, greyOf, posedGrey } from '#src/data/transform/align.js';
import { inversePose, POSES, posed, poseInWords } from '#src/data/transform/dihedral.js';

const [WIDTH, HEIGHT] = [96, 72];

/** A smooth scene with edges: a sum of waves, and bars at random places. */
function scene(seed: number, width = WIDTH, height = HEIGHT): Rgb {
  const random = new Random(seed, 'sample');
  const waves = Array.from({ length: 8 }, () => [
    random.uniform(-0.3, 0.3),
    random.uniform(-0.3, 0.3),
    random.uniform(0, 7),
  ]);
  const bars = Array.from({ length: 12 }, () => [
    random.integer(width),
    random.integer(height),
    random.uniform(-60, 60),
  ]);
  const pixels = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let level = 128;
      for (const [a, b, c] of waves as [number, number, number][]) level += 12 * Math.sin(a * x + b * y + c);
      for (const [u, v, by] of bars as [number, number, number][]) {
        if (x >= u && x < u + 9 && y >= v && y < v + 15) level += by;
      }
      pixels.fill(Math.max(0, Math.min(255, Math.round(level))), 3 * (y * width + x), 3 * (y * width + x) + 3);
    }
  }
  return { width, height, pixels };
}

function cut({ width, pixels }: Rgb, left: number, top: number, w: number, h: number): Rgb {
  const out = new Uint8Array(3 * w * h);
  for (let y = 0; y < h; y++) {
    const from = 3 * ((top + y) * width + left);
    out.set(pixels.subarray(from, from + 3 * w), 3 * y * w);
  }
  return { width: w, height: h, pixels: out };
}

const grey = (seed: number): GreyPicture => greyOf(scene(seed));

describe('align', () => {
  it('finds a picture in itself, and no other in it', () => {
    const same = align(grey(1), grey(1));
    expect(same).toMatchObject({ area: 1 });
    expect(Math.min(same.correlation, same.detail)).toBeGreaterThan(0.999);
    for (let seed = 2; seed < 12; seed++) {
      const { correlation, detail } = align(grey(1), grey(seed));
      expect(Math.min(correlation, detail)).toBeLessThan(0.6);
    }
  });

  it.each([
    [0, 0, 86, 65],
    [10, 7, 86, 65],
    [5, 3, 80, 60],
    [12, 0, 76, 60],
  ])('finds a part at %d, %d of %d × %d pixels, and how large it is', (left, top, w, h) => {
    const whole = scene(1);
    const found = align(greyOf(whole), greyOf(cut(whole, left, top, w, h)));
    expect(found.correlation).toBeGreaterThan(0.95);
    expect(found.detail).toBeGreaterThan(0.85);
    expect(Math.abs(found.area - (w * h) / (WIDTH * HEIGHT))).toBeLessThan(0.04);
    // The whole is no part of the part.
    expect(align(greyOf(cut(whole, left, top, w, h)), greyOf(whole)).detail).toBeLessThan(found.detail);
  });

  it('knows nothing of a picture of one colour', () => {
    const plain = { width: 8, height: 8, pixels: new Uint8Array(3 * 64).fill(90) };
    expect(align(greyOf(plain), grey(1)).correlation).toBe(0);
  });
});

describe('poses', () => {
  const small: Rgb = { width: 2, height: 3, pixels: Uint8Array.from({ length: 18 }, (_, i) => Math.floor(i / 3)) };
  const levels = ({ pixels }: Rgb): number[] => Array.from({ length: pixels.length / 3 }, (_, i) => pixels[3 * i]!);

  it('turn clockwise, after they mirror', () => {
    // 0 1 / 2 3 / 4 5
    expect(levels(posed(small, { isMirrored: false, quarters: 1 }))).toEqual([4, 2, 0, 5, 3, 1]);
    expect(levels(posed(small, { isMirrored: true, quarters: 0 }))).toEqual([1, 0, 3, 2, 5, 4]);
    expect(levels(posed(small, { isMirrored: true, quarters: 1 }))).toEqual([5, 3, 1, 4, 2, 0]);
  });

  it('are eight, and each has its way back', () => {
    expect(new Set(POSES.map((pose) => levels(posed(small, pose)).join()).values()).size).toBe(8);
    for (const pose of POSES) expect(posed(posed(small, pose), inversePose(pose))).toEqual(small);
    expect(POSES.map(poseInWords)).toEqual([
      undefined,
      'turned by 90°',
      'turned by 180°',
      'turned by 270°',
      'mirrored',
      'mirrored and turned by 90°',
      'mirrored and turned by 180°',
      'mirrored and turned by 270°',
    ]);
  });

  it('are the same of grey levels', () => {
    for (const pose of POSES) {
      const whole = scene(1, 128, 96); // Twice what is compared, so that all pixels are means of four.
      const [one, other] = [posedGrey(greyOf(whole), pose), greyOf(posed(whole, pose))];
      expect({ ...one, levels: [...one.levels] }).toEqual({ ...other, levels: [...other.levels] });
    }
  });
});
