/** @file How gradient cases are written. */
import type { Shape, Value } from '#src/graph/value.js';
import type { GradientCase } from './check.js';

export type Domain = Pick<GradientCase, 'sample'>;
export type Cases = readonly [GradientCase, ...GradientCase[]];

export function gradientCase(
  name: string,
  inputs: readonly Shape[],
  build: (...xs: Value[]) => Value,
  domain: Domain = {},
): GradientCase {
  return { name, inputs, build: (xs) => [build(...xs)], ...domain };
}

export const POSITIVE: Domain = { sample: (z) => Math.abs(z) + 0.5 };
export const AWAY_FROM_ZERO: Domain = { sample: (z) => z + 0.2 * Math.sign(z) };
/** A permutation of 0.05, 0.1, …, 8.4: the largest in a window leads by more than a step. */
export const DISTINCT: Domain = { sample: (_, index) => 0.05 * (1 + ((index * 97) % 168)) };
/** A tenth away from each whole number, where functions may have kinks. */
export const BETWEEN_WHOLE: Domain = { sample: (z) => Math.floor(z) + 0.1 + 0.8 * (z - Math.floor(z)) };
