import { describe, expect, it } from 'vitest';
import { neighbourStability } from '#src/evaluate/unlabelled/stability.js';
import { onSphere } from './on-sphere.js';

const backend = { threads: 1 };

describe('neighbourStability', () => {
  it('is 1 where only the sphere has been turned', async () => {
    const before = onSphere(100, 4);
    const after = Float32Array.from(before, (_, i) => before[i - (i % 4) + ((i + 1) % 4)]!);
    expect(await neighbourStability(before, after, { dim: 4, k: 10, backend })).toEqual({
      overlap: 1,
      k: 10,
      chance: 10 / 99,
    });
  });

  it('is about chance for encoders that have nothing in common', async () => {
    const { overlap, chance } = await neighbourStability(onSphere(800, 8, 1), onSphere(800, 8, 9), {
      dim: 8,
      k: 40,
      backend,
    });
    expect(overlap).toBeCloseTo(chance, 2);
  });

  it('counts the common ones of neighbours worked out by hand', async () => {
    const at = (...degrees: number[]): Float32Array =>
      Float32Array.from(degrees.flatMap((a) => [Math.cos((a * Math.PI) / 180), Math.sin((a * Math.PI) / 180)]));
    // Nearest two: before 0: {1,2}, 1: {0,2}, 2: {1,0}, 3: {2,1}; after, 3 has moved next to 0 on the other side.
    const [before, after] = [at(0, 10, 21, 60), at(0, 10, 21, -9)];
    const { overlap } = await neighbourStability(before, after, { dim: 2, k: 2, backend });
    expect(overlap).toBe((1 + 2 + 2 + 1) / 8);
  });

  it('compares with the one other picture where there are only two', async () => {
    const rows = onSphere(2, 4);
    expect(await neighbourStability(rows, rows, { dim: 4, k: 10, backend })).toEqual({ overlap: 1, k: 1, chance: 1 });
  });
});
