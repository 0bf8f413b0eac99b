/** @file Numbers kept within bounds. */
import { operator } from '../operator.js';
import { scalar, type Value } from '../value.js';
import { mul, sub } from './elementwise.js';

/** Takes a positive number beyond 1 unless it is below 1e-30, and hardly any is. */
const LARGE = 1e30;

/**
 * Inputs x, the least and the greatest number, both float32[]; the last may be left out.
 *
 * Its gradient at the bounds is zero, as PyTorch's `relu6` has it.
 */
export const Clip = operator<number>({
  name: 'Clip',
  elementwise: true,
  infer: ([x]) => [x!],
  gradient: ({ inputs: [x, least, greatest] }, [dy]) => {
    const aboveLeast = mul(dy, isPositive(sub(x!, least!)));
    if (greatest === undefined) return [aboveLeast, null];
    return [mul(aboveLeast, isPositive(sub(greatest, x!))), null, null];
  },
});

export function clip(x: Value, least: number, greatest: number): Value {
  return Clip([x, scalar(least), scalar(greatest)], {})[0];
}

/** 1 where x > 0, else 0; a constant to differentiation. */
export function isPositive(x: Value): Value {
  return clip(mul(x, scalar(LARGE)), 0, 1);
}
