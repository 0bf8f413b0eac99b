import { describe, expect, it } from 'vitest';
import { moved, ownPixels, placed, WHOLE, zoomed } from '../../web/src/look/lens.ts';

const picture = { width: 4000, height: 3000 };
const pane = { width: 800, height: 800 };

/** What of the picture is at a point of the pane, from 0 to 1. */
function under(lens: typeof WHOLE, x: number, y: number, of = picture): [number, number] {
  const { left, top, width, height } = placed(lens, of, pane);
  return [(x - left) / width, (y - top) / height];
}

describe('a lens', () => {
  it('shows the whole picture, in the middle', () => {
    expect(placed(WHOLE, picture, pane)).toEqual({ left: 0, top: 100, width: 800, height: 600 });
  });

  it('zooms about a point, which stays where it is', () => {
    const once = zoomed(WHOLE, 4, { x: 300, y: 400 }, picture, pane);
    const twice = zoomed(once, 2, { x: 500, y: 350 }, picture, pane);
    const [before, after] = [under(once, 500, 350), under(twice, 500, 350)];
    expect(after[0]).toBeCloseTo(before[0], 9);
    expect(after[1]).toBeCloseTo(before[1], 9);
    expect(twice.zoom).toBe(8);
  });

  it('moves as far as it is dragged, and not beyond the edge', () => {
    const near = zoomed(WHOLE, 4, { x: 400, y: 400 }, picture, pane);
    const { left, top } = placed(near, picture, pane);
    expect(placed(moved(near, 30, -20, picture, pane), picture, pane)).toMatchObject({
      left: left + 30,
      top: top - 20,
    });
    const { left: edge } = placed(moved(near, 1e6, 0, picture, pane), picture, pane);
    expect(edge).toBe(0);
  });

  it('shows the same part of a smaller copy', () => {
    const lens = zoomed(WHOLE, 6, { x: 200, y: 300 }, picture, pane);
    const copy = { width: 1000, height: 750 };
    expect(placed(lens, copy, pane)).toEqual(placed(lens, picture, pane));
    expect(under(lens, 123, 456, copy)).toEqual(under(lens, 123, 456));
  });

  it('shows own pixels, one for each of the screen', () => {
    const lens = ownPixels(WHOLE, picture, pane, 2);
    expect(placed(lens, picture, pane).width).toBeCloseTo(2000, 9);
    expect(ownPixels(WHOLE, { width: 32, height: 32 }, pane, 1).zoom).toBe(1);
  });
});
