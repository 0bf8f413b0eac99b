import { describe, expect, it } from 'vitest';
import { effectiveRank } from '#src/evaluate/unlabelled/effective-rank.js';
import { axes, onSphere } from './on-sphere.js';

describe('effectiveRank', () => {
  it.each([1, 2, 5, 16])('is %i for as many directions at right angles, taken equally often', (k) => {
    expect(effectiveRank(axes(k, 16, 3), 16)).toBeCloseTo(k, 10);
  });

  it('is 1 for collapsed features, however many', () => {
    const one = onSphere(1, 32);
    const collapsed = Float32Array.from({ length: 50 * 32 }, (_, i) => one[i % 32]!);
    expect(effectiveRank(one, 32)).toBeCloseTo(1, 6);
    expect(effectiveRank(collapsed, 32)).toBeCloseTo(1, 6);
  });

  it('is exp of the entropy where directions are taken unequally often', () => {
    const rows = Float32Array.of(1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0);
    const entropy = -(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25));
    expect(effectiveRank(rows, 3)).toBeCloseTo(Math.exp(entropy), 10);
  });

  it('does not change when the sphere is turned', () => {
    const rows = onSphere(40, 2).map((x, i) => (i % 2 === 0 ? x : 0.3 * x));
    const [cosine, sine] = [Math.cos(1), Math.sin(1)];
    const turned = rows.map((x, i) =>
      i % 2 === 0 ? cosine * x - sine * rows[i + 1]! : sine * rows[i - 1]! + cosine * x,
    );
    expect(effectiveRank(turned, 2)).toBeCloseTo(effectiveRank(rows, 2), 6);
  });

  it('is nearly the dimension for features all over the sphere, and never more than there are features', () => {
    expect(effectiveRank(onSphere(5000, 16), 16)).toBeGreaterThan(15.9);
    expect(effectiveRank(onSphere(3, 16), 16)).toBeLessThanOrEqual(3);
  });

  it('is undefined without features', () => {
    expect(effectiveRank(new Float32Array(), 4)).toBeNaN();
  });
});
