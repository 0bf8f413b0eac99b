/** @file The order of pictures. */

import { describe, expect, it } from 'vitest';
import { ArgumentError } from '#src/core/errors.js';
import { Sampler } from '#src/data/batches/sampler.js';

function epochOf(sampler: Sampler, epoch: number): number[][] {
  return Array.from({ length: sampler.stepsPerEpoch }, (_, i) => {
    const batch = sampler.batch(epoch * sampler.stepsPerEpoch + i);
    expect(batch.epoch).toBe(epoch);
    return [...batch.indices];
  });
}

describe('Sampler', () => {
  it.each([
    [12, 4],
    [13, 4],
    [4, 4],
    [7, 5],
    [5, 1],
  ])('visits each of %i pictures once an epoch in distinct batches of %i, filled up from the first', (n, batch) => {
    const sampler = new Sampler({ pictures: n, batch, seed: 7 });
    for (let epoch = 0; epoch < 3; epoch++) {
      const batches = epochOf(sampler, epoch);
      for (const indices of batches) expect(new Set(indices).size).toBe(batch);
      const order = batches.flat();
      expect(order.slice(0, n).sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
      expect(order.slice(n)).toEqual(order.slice(0, order.length - n));
    }
  });

  it('shuffles every epoch and every seed differently', () => {
    const options = { pictures: 100, batch: 10, seed: 1 };
    const first = new Sampler(options);
    expect(epochOf(first, 0)).not.toEqual(epochOf(first, 1));
    expect(epochOf(first, 0)).not.toEqual(epochOf(new Sampler({ ...options, seed: 2 }), 0));
  });

  it('depends on the seed and the step alone', () => {
    const options = { pictures: 23, batch: 5, seed: 3 };
    const steps = [17, 0, 16, 4, 5, 17];
    const fresh = steps.map((step) => new Sampler(options).batch(step));
    const sampler = new Sampler(options);
    expect(steps.map((step) => sampler.batch(step))).toEqual(fresh);
  });

  it('puts each picture at each place about equally often', () => {
    const counts = new Int32Array(5);
    const sampler = new Sampler({ pictures: 5, batch: 1, seed: 4 });
    for (let epoch = 0; epoch < 5000; epoch++) counts[sampler.batch(5 * epoch).indices[0]!]!++;
    // Four standard deviations of a binomial with n = 5000, p = 1/5.
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(113);
  });

  it('refuses fewer pictures than a batch, and a batch that is no positive integer', () => {
    expect(() => new Sampler({ pictures: 3, batch: 4, seed: 1 })).toThrow(ArgumentError);
    expect(() => new Sampler({ pictures: 3, batch: 4, seed: 1 })).toThrow(/at most the number of pictures, 3, got 4/);
    expect(() => new Sampler({ pictures: 3, batch: 0, seed: 1 })).toThrow(/batch: expected a positive integer, got 0/);
  });
});
