import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { drawPalette, mix, oklch } from '#src/data/synthetic/palette.js';

describe('oklch', () => {
  // Coordinates of the sRGB primaries as CSS Color 4 gives them.
  it.each([
    [1, 0, 0, '#ffffff'],
    [0, 0, 0, '#000000'],
    [0.627955, 0.257683, 29.2339, '#ff0000'],
    [0.86644, 0.294827, 142.4953, '#00ff00'],
    [0.452014, 0.313214, 264.052, '#0000ff'],
  ])('gives lightness %f, chroma %f, hue %f as %s', (lightness, chroma, hue, expected) => {
    expect(oklch(lightness, chroma, hue)).toBe(expected);
  });

  it('clips a colour no screen can show', () => {
    expect(oklch(0.9, 0.4, 30)).toMatch(/^#ff[0-9a-f]{4}$/);
  });
});

describe('mix', () => {
  it('goes from the first colour to the second', () => {
    expect([0, 0.5, 1].map((share) => mix('#000080', '#ff0080', share))).toEqual(['#000080', '#800080', '#ff0080']);
  });
});

describe('drawPalette', () => {
  it('always lets the thing stand out from the ground in grey', () => {
    for (let index = 0; index < 500; index++) {
      const { main, ground } = drawPalette(new Random(5, 'draw', 0, index));
      expect(Math.abs(grey(main) - grey(ground)), `${main} on ${ground}`).toBeGreaterThan(25);
    }
  });
});

/** Luma of Rec. 601, 0 to 255. */
function grey(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as [number, number, number];
  return 0.299 * r + 0.587 * g + 0.114 * b;
}
