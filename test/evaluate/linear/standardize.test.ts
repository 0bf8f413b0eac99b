import { expect, it } from 'vitest';
import { standardizeBy } from '#src/evaluate/linear/standardize.js';

it('gives each dimension of the reference mean 0 and variance 1 / dim, and moves the others with it', () => {
  const reference = { ids: ['a', 'b'], features: Float32Array.of(1, 5, 7, 3, 5, 7), dim: 3 };
  const other = { ids: ['c'], features: Float32Array.of(5, 9, 7), dim: 3 };
  standardizeBy(reference, other);
  const unit = Math.fround(1 / Math.sqrt(3));
  expect([...reference.features]).toEqual([-unit, 0, 0, unit, 0, 0]);
  expect(other.features[0]).toBeCloseTo(3 * unit, 6);
  expect([...other.features.subarray(1)]).toEqual([0, 0]); // They never varied.
});
