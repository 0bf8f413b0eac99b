import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { type Augmentation, Augmenter } from '#src/data/transform/augment.js';
import { turn } from '#src/data/transform/turn.js';
import { encoder, noise } from '../pictures.js';

const still: Augmentation = {
  scale: [1, 1],
  flip: 0,
  jitter: { brightness: 0, contrast: 0, saturation: 0, hue: 0 },
  greyscale: 0,
  mean: [0, 0, 0],
  std: [1, 1, 1],
};
const picture = noise(7, 7);
const planesOf = (pixels: ArrayLike<number>): number[] =>
  [0, 1, 2].flatMap((channel) => Array.from({ length: 49 }, (_, i) => pixels[3 * i + channel]!));
const levels = (image: Float32Array): number[] => Array.from(image, (value) => Math.round(255 * value));

describe('turning', () => {
  it.each([0, 1, 2, 3])('by %i quarters is what sharp rotates', async (quarters) => {
    const image = Float32Array.from(planesOf(picture.pixels));
    turn(image, 7, quarters);
    const rotated = await encoder(picture)
      .rotate(90 * quarters)
      .raw()
      .toBuffer();
    expect([...image]).toEqual(planesOf(rotated));
  });

  it.each([
    [1, [0]],
    [2, [0, 2]],
    [4, [0, 1, 2, 3]],
  ] as const)('shows pictures in %i ways up, each as often', (turns, expected) => {
    const augmenter = new Augmenter(7, { ...still, turns });
    const turned = expected.map((quarters) => {
      const image = Float32Array.from(planesOf(picture.pixels));
      turn(image, 7, quarters);
      return String([...image]);
    });
    const counts = turned.map(() => 0);
    const out = new Float32Array(147);
    for (let i = 0; i < 1000; i++) {
      augmenter.apply(picture, new Random(2, 'augment', 0, i), out);
      counts[turned.indexOf(String(levels(out)))]!++;
    }
    // Five standard deviations of a binomial; each picture is one of them.
    for (const count of counts) expect(Math.abs(count - 1000 / turned.length)).toBeLessThan(80);
    expect(counts.reduce((a, b) => a + b)).toBe(1000);
  });

  it('draws nothing more for pictures that stay as they are', () => {
    const draws = (augmentation: Augmentation): number => {
      const random = new Random(2, 'augment');
      new Augmenter(7, augmentation).apply(picture, random, new Float32Array(147));
      return random.uint32();
    };
    expect(draws({ ...still, turns: 1 })).toBe(draws(still));
    expect(draws({ ...still, turns: 4 })).not.toBe(draws(still));
  });

  it('refuses other numbers', () => {
    expect(() => new Augmenter(7, { ...still, turns: 3 as 4 })).toThrow('turns: expected 1 or 2 or 4, got 3');
  });
});
