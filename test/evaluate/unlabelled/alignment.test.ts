import { describe, expect, it } from 'vitest';
import { alignment } from '#src/evaluate/unlabelled/alignment.js';
import { onSphere } from './on-sphere.js';

describe('alignment', () => {
  it('is 0 for views that are the same, 4 for opposite ones, 2 at right angles', () => {
    const rows = onSphere(10, 8);
    expect(alignment(rows, rows, 8)).toBe(0);
    expect(
      alignment(
        rows,
        rows.map((x) => -x),
        8,
      ),
    ).toBeCloseTo(4, 6);
    expect(alignment(Float32Array.of(1, 0), Float32Array.of(0, 1), 2)).toBe(2);
  });

  it('is 2 − 2 cos, on average over the pairs', () => {
    const [a, b] = [onSphere(30, 6, 1), onSphere(30, 6, 2)];
    const cosine = a.reduce((sum, x, i) => sum + x * b[i]!, 0) / 30;
    expect(alignment(a, b, 6)).toBeCloseTo(2 - 2 * cosine, 6);
  });

  it('is undefined without pairs', () => {
    expect(alignment(new Float32Array(), new Float32Array(), 4)).toBeNaN();
  });
});
