import { describe, expect, it } from 'vitest';
import { selfRetrieval } from '#src/evaluate/unlabelled/self-retrieval.js';
import { axes, onSphere } from './on-sphere.js';

const backend = { threads: 1 };

describe('selfRetrieval', () => {
  it('finds every picture first by a view that is the same', async () => {
    const rows = onSphere(50, 8);
    expect(await selfRetrieval(rows, rows, { dim: 8, backend })).toEqual({
      medianRank: 1,
      meanReciprocalRank: 1,
      first: 1,
      of: 50,
    });
  });

  it('finds by the ranks of the pictures themselves', async () => {
    // The view of picture 0 is the picture itself, that of 1 is opposite to it, that of 2 is picture 1.
    const features = axes(3, 3);
    const views = Float32Array.of(1, 0, 0, 0, -1, 0, 0, 1, 0);
    expect(await selfRetrieval(views, features, { dim: 3, backend })).toEqual({
      medianRank: 3,
      meanReciprocalRank: (1 + 1 / 3 + 1 / 3) / 3,
      first: 1 / 3,
      of: 3,
    });
  });

  it('takes the mean of the two in the middle', async () => {
    const found = await selfRetrieval(Float32Array.of(1, 0, 1, 0), axes(2, 2), { dim: 2, backend });
    expect(found).toMatchObject({ medianRank: 1.5, first: 0.5 });
  });

  it('is as good as chance for collapsed features', async () => {
    const collapsed = axes(1, 4, 101);
    const { medianRank, first } = await selfRetrieval(collapsed, collapsed, { dim: 4, backend });
    expect(medianRank).toBe(51);
    expect(first).toBe(1 / 101);
  });
});
