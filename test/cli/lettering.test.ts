import { describe, expect, it } from 'vitest';
import { drawText, fitText, textWidth } from '#src/cli/lettering.js';

describe('fitText', () => {
  it('leaves a text that fits, and ends a longer one with an ellipsis inside the width', () => {
    expect(fitText('cat', 9, 100)).toBe('cat');
    const cut = fitText('a rather long name of a class', 9, 80);
    expect(cut).toMatch(/^a rather.*…$/);
    expect(textWidth(cut, 9)).toBeLessThanOrEqual(80);
  });

  it('never cuts a letter of two code units in half', () => {
    expect(fitText('🐈🐈🐈🐈🐈🐈🐈🐈', 9, 20)).toMatch(/^(🐈)*…$/u);
  });
});

describe('drawText', () => {
  it('draws one path for each visible letter, scaled to the height asked for', () => {
    const svg = drawText('a b', 10, 20, 14, '#123456');
    expect(svg.match(/<path/g)).toHaveLength(2);
    expect(svg).toContain('scale(2.0000)');
    expect(svg).toContain('#123456');
  });

  it('has every printing letter and digit of English', () => {
    const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
    const unknown = drawText('\u2603', 0, 0, 7, '#000');
    for (const letter of letters) expect(drawText(letter, 0, 0, 7, '#000')).not.toBe(unknown);
  });

  it('drops accents, draws a dot for what it lacks, and lets no text into the markup', () => {
    expect(drawText('é', 0, 0, 7, '#000')).toBe(drawText('e', 0, 0, 7, '#000'));
    expect(drawText('猫', 0, 0, 7, '#000')).toContain('M.7 -2.6');
    expect(drawText('<script>"&', 0, 0, 7, '#000')).not.toMatch(/script|&/);
  });
});
