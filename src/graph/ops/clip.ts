/** @file Numbers kept within bounds. */
import { operator } from '../operator.js';
import { scalar, type Value } from '../value.js';
import { mul, sub } from './elementwise.js';

/** Takes all but the smallest numbers beyond 1. A power of two, so that no product with it is rounded. */
const LARGE = 2 ** 100;
/** What a bound has to exceed to be none. */
const NO_BOUND = 1e38;

/**
 * Inputs x, the least and the greatest number, both float32[]; the last may be left out.
 *
 * Its gradient at the bounds is zero, as PyTorch's `relu6` has it. It is known from the result.
 */
export const Clip = operator<number>({
  name: 'Clip',
  elementwise: true,
  infer: ([x]) => [x!],
  gradient: ({ inputs: [, least, greatest], outputs: [y] }, [dy]) => {
    const masks = [...(least ? exceeds(y, least, 1) : []), ...(greatest ? exceeds(y, greatest, -1) : [])];
    return [masks.reduce(mul, dy), ...[least, greatest].flatMap((bound) => (bound ? [null] : []))];
  },
});

/** 1 where y is above the bound, or with `sign` −1 below it, else 0; nothing where there is no bound. */
function exceeds(y: Value, bound: Value, sign: 1 | -1): Value[] {
  if (bound.kind !== 'constant') return [isPositive(sign === 1 ? sub(y, bound) : sub(bound, y))];
  const number = Number(bound.data[0]);
  return Math.abs(number) > NO_BOUND ? [] : [step(y, number, sign)];
}

function step(x: Value, bound: number, sign: 1 | -1): Value {
  return HardSigmoid([x], { alpha: sign * LARGE, beta: -sign * LARGE * bound })[0];
}

/** αx + β between 0 and 1; α is 0.2, β 0.5. */
export const HardSigmoid = operator<1, 1, { readonly alpha?: number; readonly beta?: number }>({
  name: 'HardSigmoid',
  attributes: { alpha: 'float', beta: 'float' },
  elementwise: true,
  infer: ([x]) => [x],
  gradient: ({ outputs: [y], attributes: { alpha = 0.2 } }, [dy]) => [mul(dy, mul(isInside(y), scalar(alpha)))],
});

export function clip(x: Value, least: number, greatest: number): Value {
  return Clip([x, scalar(least), scalar(greatest)], {})[0];
}

/** 1 where x > 0, else 0. In one pass, of which the runtime's Where takes three. */
export function isPositive(x: Value): Value {
  return step(x, 0, 1);
}

/** 1 where 0 < y < 1, else 0. */
export function isInside(y: Value): Value {
  return mul(step(y, 0, 1), step(y, 1, -1));
}
