import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { Random } from '#src/core/random.js';
import { Brush } from '#src/data/synthetic/brush.js';
import { KIND_NAMES, KINDS } from '#src/data/synthetic/kinds.js';
import { drawPalette } from '#src/data/synthetic/palette.js';
import { drawPicture } from '#src/data/synthetic/synthetic-picture.js';

const stream = (index: number): Random => new Random(11, 'draw', 0, index);

describe('drawPicture', () => {
  it('is a function of its stream', () => {
    expect(drawPicture('cat', stream(4))).toBe(drawPicture('cat', stream(4)));
    expect(drawPicture('cat', stream(4))).not.toBe(drawPicture('cat', stream(5)));
  });

  it.each(KIND_NAMES)('draws a hundred times a %s without a number that is none, and closes every element', (kind) => {
    for (let index = 0; index < 100; index++) {
      const svg = drawPicture(kind, stream(index));
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
      expect(unclosed(svg)).toEqual([]);
    }
  });

  it('does not let the kind choose colours, background or pose: the same stream gives every kind the same', () => {
    const pictures = KIND_NAMES.map((kind) => drawPicture(kind, stream(2)));
    const shared = pictures[0]!.slice(0, pictures[0]!.lastIndexOf('<g transform', pictures[0]!.indexOf('url(#main)')));
    expect(shared).toContain('stop-color');
    for (const picture of pictures) expect(picture.startsWith(shared)).toBe(true);
  });

  it('draws kinds whose silhouettes differ', async () => {
    const silhouettes = await Promise.all(KIND_NAMES.map((kind) => silhouette(kind)));
    for (const [a, first] of silhouettes.entries()) {
      for (const [b, second] of silhouettes.entries()) {
        if (a < b) expect(overlap(first, second), `${KIND_NAMES[a]} and ${KIND_NAMES[b]}`).toBeLessThan(0.85);
      }
    }
  });

  it('rasterises at the size asked for', async () => {
    const { width, height } = await sharp(Buffer.from(drawPicture('fish', stream(0), 200))).metadata();
    expect([width, height]).toEqual([200, 200]);
  });
});

/** Names of the elements that are opened and not closed in order. */
function unclosed(svg: string): string[] {
  const open: string[] = [];
  for (const [, closing, name, empty] of svg.matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g)) {
    if (closing) {
      if (open.pop() !== name) return [`</${name}>`];
    } else if (!empty) open.push(name!);
  }
  return open;
}

/** Which pixels of the square from −50 to 50 a thing covers, in one drawing of a fixed stream. */
async function silhouette(kind: (typeof KIND_NAMES)[number]): Promise<boolean[]> {
  const shapes = KINDS[kind](new Brush(stream(0), drawPalette(stream(1)), 0)).replace(/url\(#\w+\)/g, 'black');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32" viewBox="-50 -50 100 100">${shapes}</svg>`;
  const alpha = await sharp(Buffer.from(svg)).ensureAlpha().extractChannel(3).raw().toBuffer();
  return Array.from(alpha, (value) => value > 127);
}

/** Intersection over union. */
function overlap(a: readonly boolean[], b: readonly boolean[]): number {
  const both = a.filter((covered, index) => covered && b[index]).length;
  const either = a.filter((covered, index) => covered || b[index]).length;
  return both / either;
}
