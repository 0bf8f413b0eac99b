import { expect, it } from 'vitest';
import { stretchOf } from '../../web/src/views/all/use-stretch.ts';

it('a stretch of a grid begins and ends with whole lines, around the screen, and the stretches lie where lines are', () => {
  // 7 columns of 132 pixels with 12 between them: lines of 165, one every 177.
  const all = stretchOf(20_000, 1000, 0, 800);
  expect(all).toEqual({ first: 0, end: 133, top: 0, height: 2858 * 177 - 12, columns: 7, line: 165 });
  const middle = stretchOf(20_000, 1000, 100_000, 800);
  expect(middle.first % 7).toBe(0);
  expect(middle.top).toBe((middle.first / 7) * 177);
  expect(middle.top).toBeLessThanOrEqual(100_000 - 800);
  expect(middle.top + ((middle.end - middle.first) / 7) * 177).toBeGreaterThanOrEqual(100_000 + 3200);
  expect(stretchOf(20_000, 1000, 505_000, 800)).toMatchObject({ end: 20_000 });
  expect(stretchOf(0, 1000, 0, 800)).toMatchObject({ first: 0, end: 0, height: 0 });
  // A list that has become short while the page was far down.
  expect(stretchOf(3, 360, 100_000, 800)).toMatchObject({ end: 3, columns: 2 });
});
