import { describe, expect, it } from 'vitest';
import { categoryColour, hexToRgb, NO_CATEGORY, rgbToHex } from '#src/core/map-palette.js';

describe('categoryColour', () => {
  it('differs between any two of many categories', () => {
    const colours = Array.from({ length: 40 }, (_, number) => hexToRgb(categoryColour(number)));
    for (const [i, a] of colours.entries()) {
      for (const b of colours.slice(i + 1))
        expect(Math.hypot(...a.map((value, k) => value - b[k]!))).toBeGreaterThan(8);
    }
  });

  it('is grey for none', () => {
    expect(categoryColour(-1)).toBe(NO_CATEGORY);
    const [red, green, blue] = hexToRgb(NO_CATEGORY);
    expect(Math.max(red, green, blue) - Math.min(red, green, blue)).toBeLessThan(10);
  });
});

it('reads and writes colours as pages do', () => {
  expect(hexToRgb('#ffa90e')).toEqual([255, 169, 14]);
  expect(rgbToHex([255, 168.6, 14.4])).toBe('#ffa90e');
});
