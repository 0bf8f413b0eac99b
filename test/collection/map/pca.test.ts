import { describe, expect, it } from 'vitest';
import { fitToSquare, layoutPca } from '#src/collection/map/pca.js';
import { Random } from '#src/core/random.js';

const random = new Random(5, 'sample');
const n = 400;
const places = Array.from({ length: n }, () => [3 * random.uniform(-1, 1), random.uniform(-1, 1)] as const);

/** Points of a plane in space: the first number of each goes along one diagonal, the second along another. */
const features = Float32Array.from(places.flatMap(([u, v]) => [u + v, u - v, 7, 0.5 * u, -0.5 * u]));

describe('layoutPca', () => {
  it('finds the plane that points lie in, up to mirror images', () => {
    const layout = layoutPca(features, 5);
    // What is a distance in space is a distance on the map, but for one scale.
    const inSpace = (a: number, b: number): number =>
      Math.hypot(...Array.from({ length: 5 }, (_, i) => features[5 * a + i]! - features[5 * b + i]!));
    const onMap = (a: number, b: number): number =>
      Math.hypot(layout[2 * a]! - layout[2 * b]!, layout[2 * a + 1]! - layout[2 * b + 1]!);
    const scale = onMap(0, 1) / inSpace(0, 1);
    for (let a = 2; a < n; a++) expect(onMap(a, a - 1)).toBeCloseTo(scale * inSpace(a, a - 1), 3);
  });

  it('lays the direction of largest spread along x, and fills [−1, 1] with it', () => {
    const layout = layoutPca(features, 5);
    const [xs, ys] = [0, 1].map((axis) => layout.filter((_, i) => i % 2 === axis));
    expect(Math.max(...xs!)).toBeCloseTo(1, 5);
    expect(Math.min(...xs!)).toBeCloseTo(-1, 5);
    expect(Math.max(...ys!)).toBeLessThan(0.7);
  });

  it('lays points that are all the same, and one alone, in the middle', () => {
    const same = Float32Array.from({ length: 30 }, (_, i) => [0.6, 0.8, 0][i % 3]!);
    expect(Array.from(layoutPca(same, 3))).toEqual(new Array(20).fill(0));
    expect(Array.from(layoutPca(Float32Array.of(0.6, 0.8), 2))).toEqual([0, 0]);
  });

  it('is the same again', () => {
    expect(layoutPca(features, 5)).toEqual(layoutPca(features, 5));
  });
});

describe('fitToSquare', () => {
  it('moves the middle to 0 and scales both ways alike', () => {
    expect(Array.from(fitToSquare(Float32Array.of(10, 5, 14, 6, 12, 7)))).toEqual([-1, -0.5, 1, 0, 0, 0.5]);
  });
});
