/** @file The sine by a polynomial, for devices whose own is good to 2^-11 only, as WebGPU's language allows. */
import { add, mul, sub } from '../ops/elementwise.js';
import { Floor, Round } from '../ops/rounding.js';
import { scalar, type Value } from '../value.js';

/** π in two parts, the first of which has 9 bits: its products with whole numbers below 2^15 are exact in float32. */
const PI = [3.140625, 9.676535897932795e-4] as const;
/** Taylor's, from r³ on: the next term is below 6e-8 for |r| ≤ π/2. */
const COEFFICIENTS = [3, 5, 7, 9, 11].map((n, i) => (i % 2 === 0 ? -1 : 1) / factorial(n));

/** sin x, within 2e-7 for |x| below 10⁴; further out the float32 x itself is coarser. */
export function portableSine(x: Value): Value {
  const turns = Round([mul(x, scalar(1 / Math.PI))], {})[0];
  const r = PI.reduce((rest, part) => sub(rest, mul(turns, scalar(part))), x);
  const square = mul(r, r);
  const factor = COEFFICIENTS.reduceRight((sum, c) => mul(square, add(sum, scalar(c))), scalar(0) as Value);
  // −1 for an odd number of half turns.
  const half = mul(turns, scalar(0.5));
  const oddness = sub(half, Floor([half], {})[0]);
  return mul(add(r, mul(r, factor)), sub(scalar(1), mul(oddness, scalar(4))));
}

function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}
