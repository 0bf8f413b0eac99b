/** @file What pictures show, and what follows from it. */
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { DIFFERENCE_NAMES, ignoring, USUALLY_IGNORED } from '#src/method/alike.js';
import { RECIPES } from '#src/method/recipes.js';
import { chooseAlike } from '#src/train/choose-alike.js';
import { LOOK_SIDE, recognised } from '#src/train/recognised.js';

const N = 400;

/** float32[3, 32, 32] from a level for each pixel, with noise. */
function pictures(levelOf: (x: number, y: number, random: Random) => number): Float32Array[] {
  return Array.from({ length: N }, (_, i) => {
    const random = new Random(1, 'draw', i);
    const shift = [random.integer(LOOK_SIDE), random.integer(LOOK_SIDE)] as const;
    const plane = Float32Array.from({ length: LOOK_SIDE ** 2 }, (_, at) => {
      const [x, y] = [at % LOOK_SIDE, Math.floor(at / LOOK_SIDE)];
      return levelOf(x + shift[0], y + shift[1], random) + 0.2 * random.uniform();
    });
    return Float32Array.of(...plane, ...plane, ...plane);
  });
}

async function digits(): Promise<Float32Array[]> {
  return Promise.all(
    Array.from({ length: N }, async (_, i) => {
      const random = new Random(2, 'draw', i);
      const strokes = ['M9 8H22L13 26', 'M10 10Q16 3 21 9T10 26H22', 'M20 27V6L9 20H24'][i % 3];
      const place = `translate(${random.uniform(-3, 3)} ${random.uniform(-3, 3)}) rotate(${random.uniform(-12, 12)} 16 16)`;
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32"><rect width="32" height="32"/><path transform="${place}" d="${strokes}" fill="none" stroke="#fff" stroke-width="3"/></svg>`;
      const pixels = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer();
      return Float32Array.from({ length: 3 * 1024 }, (_, at) => pixels[3 * (at % 1024) + Math.floor(at / 1024)]! / 255);
    }),
  );
}

/** Four standard deviations of guessing. */
const GUESS = 4 * Math.sqrt(0.25 / N);

describe('what can be told of pictures from their changed selves', () => {
  it('is nothing, of noise', () => {
    const told = recognised(pictures(() => 0));
    for (const share of Object.values(told)) expect(Math.abs(share - 0.5)).toBeLessThan(GUESS);
  });

  it('is what is on its side, of stripes', () => {
    const told = recognised(pictures((_, y) => (y % 8 < 4 ? 1 : 0)));
    expect(told.onItsSide).toBeGreaterThan(0.95);
    expect(Math.abs(told.upsideDown - 0.5)).toBeLessThan(GUESS);
    expect(Math.abs(told.mirrored - 0.5)).toBeLessThan(GUESS);
  });

  it('is what is mirrored, of slanting stripes', () => {
    const told = recognised(pictures((x, y) => ((x + y) % 8 < 4 ? 1 : 0)));
    expect(told.mirrored).toBeGreaterThan(0.95);
    expect(Math.abs(told.upsideDown - 0.5)).toBeLessThan(GUESS);
  });

  it('is everything, of digits', async () => {
    for (const share of Object.values(recognised(await digits()))) expect(share).toBeGreaterThan(0.9);
  });
});

describe('what counts as alike', () => {
  const looked = { numPictures: 2000, isGrey: false };
  const nothing = { ignore: [], matters: [] };

  it('is as in the recipe where pictures are few', () => {
    const { settings, reasons } = chooseAlike(nothing, looked);
    expect(settings).toEqual(ignoring(USUALLY_IGNORED));
    expect(RECIPES.folder).toMatchObject(settings);
    expect(Object.keys(reasons)).toEqual(DIFFERENCE_NAMES);
  });

  it.each([
    // Mirrored, upside down, on their sides, in percent; flip and turns.
    ['photographs', [54, 67, 73], [0.5, 1]],
    ['aerial pictures', [51, 50, 53], [0.5, 4]],
    ['steel', [54, 55, 74], [0.5, 2]],
    ['digits', [99, 99, 99], [0, 1]],
  ] as const)('follows from what can be told of %s', (_, [mirrored, upsideDown, onItsSide], [flip, turns]) => {
    const seen = { mirrored: mirrored / 100, upsideDown: upsideDown / 100, onItsSide: onItsSide / 100 };
    const { settings, reasons } = chooseAlike(nothing, { ...looked, recognised: seen });
    expect(settings).toMatchObject({ flip, turns });
    expect(reasons.mirror).toContain(`${mirrored} %`);
    expect(reasons.orientation).toContain(`${upsideDown} %`);
  });

  it('changes no colours of grey pictures', () => {
    const { settings } = chooseAlike(nothing, { ...looked, isGrey: true });
    expect(settings).toMatchObject({ jitter: [0.4, 0.4, 0, 0], greyscale: 0 });
  });

  it('is as asked for', () => {
    const seen = { mirrored: 1, upsideDown: 1, onItsSide: 1 };
    const asked = { ignore: ['mirror', 'orientation', 'colour'], matters: ['scale', 'brightness'] } as const;
    const { settings, reasons } = chooseAlike(asked, { ...looked, recognised: seen });
    expect(settings).toEqual(ignoring(asked.ignore));
    expect(settings).toMatchObject({ flip: 0.5, turns: 4, greyscale: 0.2, crop: [0.7, 1] });
    for (const reason of Object.values(reasons)) expect(reason).toContain('as asked for');
  });
});
