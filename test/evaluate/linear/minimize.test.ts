import { describe, expect, it } from 'vitest';
import { minimize } from '#src/evaluate/linear/minimize.js';

const unchanged = (): void => undefined;

/** ½·Σ a_i·(x_i − 1)². */
function bowl(curvatures: readonly number[]): (x: Float64Array, gradient: Float64Array) => Promise<number> {
  return async (x, gradient) => {
    curvatures.forEach((a, i) => {
      gradient[i] = a * (x[i]! - 1);
    });
    return curvatures.reduce((sum, a, i) => sum + (a / 2) * (x[i]! - 1) ** 2, 0);
  };
}

describe('minimize', () => {
  it('finds the bottom of a bowl a thousand times steeper one way than another', async () => {
    const found = await minimize(bowl([1000, 30, 1]), new Float64Array(3), {
      tolerance: 1e-8,
      precondition: unchanged,
      noise: 0,
    });
    expect(found.isConverged).toBe(true);
    for (const xi of found.x) expect(xi).toBeCloseTo(1, 8);
    expect(found.value).toBeCloseTo(0, 12);
  });

  it('gets there in one step if it knows the curvature', async () => {
    const curvatures = [1000, 30, 1];
    const precondition = (vector: Float64Array): void =>
      curvatures.forEach((a, i) => {
        vector[i]! /= a;
      });
    const found = await minimize(bowl(curvatures), new Float64Array(3), { tolerance: 1e-8, precondition });
    expect(found).toMatchObject({ iterations: 1, isConverged: true });
  });

  it('leaves the start as it was', async () => {
    const start = new Float64Array(1);
    await minimize(bowl([2]), start, { tolerance: 1e-8, precondition: unchanged });
    expect(start[0]).toBe(0);
  });

  it('says so if the iterations or the digits do not suffice', async () => {
    const options = { precondition: unchanged, tolerance: 1e-8 };
    const few = await minimize(bowl([1000, 1]), new Float64Array(2), { ...options, maxIterations: 2 });
    expect(few).toMatchObject({ iterations: 2, isConverged: false });
    // A gradient that is wrong promises what no step brings.
    const wrong = await minimize(
      async (x, gradient) => {
        gradient[0] = -1;
        return x[0]!;
      },
      new Float64Array(1),
      { ...options, noise: 0 },
    );
    expect(wrong).toMatchObject({ iterations: 0, isConverged: false });
  });
});
