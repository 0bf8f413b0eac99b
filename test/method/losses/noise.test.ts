import { describe, expect, it } from 'vitest';
import { ArgumentError } from '#src/core/errors.js';
import { Random } from '#src/core/random.js';
import { drawing } from '#src/method/losses/negatives.js';
import { checkNoise, drawNegatives, type NoiseOptions, noiseDensity, noiseDraw } from '#src/method/losses/noise.js';
import { closedFormZ, initialZ, nextZ } from '#src/method/losses/z.js';
import { RECIPES } from '#src/method/recipes.js';

const INDICES = Int32Array.of(2, 5, 7);
const N = 9;

function draw(options: Partial<NoiseOptions>, stream = 0, weights?: Float64Array): number[] {
  const noise: NoiseOptions = { negatives: 300, noise: 'batch', positivesAsNegatives: false, ...options };
  const negatives = new BigInt64Array(noise.negatives * (noise.noise === 'image' ? INDICES.length : 1));
  drawNegatives(noise, noiseDraw(N, weights), new Random(1, 'negatives', stream), INDICES, negatives);
  return Array.from(negatives, Number);
}

describe('drawNegatives', () => {
  it('draws every image of no batch-mate, and no other', () => {
    expect(new Set(draw({}))).toEqual(new Set([0, 1, 3, 4, 6, 8]));
  });

  it('excludes for each image itself only, where each has its own negatives', () => {
    const negatives = draw({ noise: 'image' });
    INDICES.forEach((index, i) => {
      const own = new Set(negatives.slice(i * 300, (i + 1) * 300));
      expect(own.has(index)).toBe(false);
      expect(own.size).toBe(N - 1);
    });
  });

  it('draws the positives too if told to, as the official code does', () => {
    expect(new Set(draw({ positivesAsNegatives: true })).size).toBe(N);
  });

  it('draws as the weights say, positives left out', () => {
    const weights = Float64Array.of(1, 2, 9, 3, 4, 9, 5, 9, 6);
    const drawn = draw({ negatives: 21_000 }, 0, weights);
    for (const image of [0, 1, 3, 4, 6, 8]) {
      const count = drawn.filter((other) => other === image).length;
      // 1 to 6 of 21: a thousand draws for each unit of weight, within four standard deviations.
      expect(Math.abs(count - 1000 * weights[image]!)).toBeLessThan(4 * Math.sqrt(1000 * weights[image]!));
    }
    expect(drawn.some((image) => INDICES.includes(image))).toBe(false);
  });

  it('depends on its random numbers alone', () => {
    expect(draw({}, 4)).toEqual(draw({}, 4));
    expect(draw({}, 4)).not.toEqual(draw({}, 5));
  });
});

describe('what a loss is fed', () => {
  const settings = { ...RECIPES['cifar10'], negatives: 300, noise: 'batch', batch: INDICES.length } as const;
  const fed = (step: number, seed = 1): number[] =>
    Array.from(drawing({ ...settings, seed }, { numImages: N, numClasses: 0 })(step, INDICES), Number);

  it('depends on seed and step alone', () => {
    expect(fed(4)).toEqual(fed(4));
    expect(fed(4)).not.toEqual(fed(5));
    expect(fed(4)).not.toEqual(fed(4, 2));
  });
});

describe('checkNoise', () => {
  const options = { positivesAsNegatives: false, batch: 8 };

  it('refuses a bank that is all excluded', () => {
    expect(() => checkNoise({ ...options, noise: 'batch' }, 8)).toThrow(ArgumentError);
    expect(() => checkNoise({ ...options, noise: 'batch' }, 8)).toThrow(
      'negatives: expected more pictures than a batch to draw from, got 8',
    );
    expect(() => checkNoise({ ...options, noise: 'image' }, 1)).toThrow(ArgumentError);
  });

  it('refuses weights that are not above 0', () => {
    for (const wrong of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      const weights = Float64Array.of(1, wrong, 1);
      const check = (): void => checkNoise({ ...options, noise: 'image' }, 3, weights);
      expect(check).toThrow(ArgumentError);
      expect(check).toThrow(`noiseWeights: expected numbers above 0, got ${wrong}.`);
    }
  });

  it('refuses weights that leave next to nothing beside the positives', () => {
    const weights = Float64Array.of(1e6, 1, 1, 1);
    expect(() => checkNoise({ ...options, noise: 'image' }, 4, weights)).toThrow(
      'noiseWeights: expected less weight on a few pictures, got all but a thousandth on 1.',
    );
    expect(() => checkNoise({ ...options, noise: 'image', positivesAsNegatives: true }, 4, weights)).not.toThrow();
  });

  it('accepts one that leaves something', () => {
    expect(() => checkNoise({ ...options, noise: 'batch' }, 9)).not.toThrow();
    expect(() => checkNoise({ ...options, noise: 'image' }, 2)).not.toThrow();
    expect(() => checkNoise({ ...options, noise: 'batch', positivesAsNegatives: true }, 8)).not.toThrow();
  });
});

describe('noiseDensity', () => {
  it('is n·P_n, whose mean is 1', () => {
    expect([...noiseDensity(Float64Array.of(1, 2, 3, 2))]).toEqual([0.5, 1, 1.5, 1]);
  });
});

describe('Z', () => {
  it('is the first estimate for ever, a running mean, or the closed form', () => {
    const zAfter = (policy: 'first' | 'running' | 'closed'): number =>
      [2, 3, 4].reduce((z, estimate) => nextZ(policy, z, estimate), initialZ(policy, 128, 0.07));
    expect(zAfter('first')).toBe(2);
    expect(zAfter('running')).toBeCloseTo(0.99 * (0.99 * 2 + 0.01 * 3) + 0.01 * 4, 12);
    expect(zAfter('closed')).toBe(closedFormZ(128, 0.07));
  });
});
