/** @file Further reductions over axes: largest and smallest, norms, the logarithm of a sum of exponentials. */
import { type GradientRule, type Operator, operator } from '../operator.js';
import { ints, scalar, type Value } from '../value.js';
import { equal } from './comparison.js';
import { div, exp, mul, stopGradient, sub, where } from './elementwise.js';
import { maximum } from './functions.js';
import { expand, type Keepdims, reducedAxes, reducedShape, reduction, sum } from './reduce.js';
import { reshape } from './reshape.js';
import { sign } from './rounding.js';

type Reduction = Operator<number, 1, Keepdims, GradientRule<number, 1, Keepdims>>;

/** @param gradient of x, from x, y and dy, of which the last two keep the reduced axes as extents of 1 */
function reduce(name: string, gradient: (x: Value, y: Value, dy: Value, axes: readonly number[]) => Value): Reduction {
  return operator<number, 1, Keepdims>({
    ...reduction(name),
    gradient: ({ inputs: [x, axes], outputs: [y] }, [dy]) => {
      const over = reducedAxes(name, x!, axes);
      const kept = (value: Value): Value => reshape(value, reducedShape(x!, over, true));
      return [expand(gradient(x!, kept(y!), kept(dy), over), x!.shape), ...(axes ? [null] : [])];
    },
  });
}

/** A gradient that goes to where `x` equals `y`, its largest or smallest over `axes`; in equal parts where several do. */
export function maximaGradient(x: Value, y: Value, dy: Value, axes: readonly number[]): Value {
  const chosen = where(equal(x, y), scalar(1), scalar(0));
  return mul(chosen, div(dy, sum(chosen, axes, true)));
}

export const ReduceMax = reduce('ReduceMax', maximaGradient);
export const ReduceMin = reduce('ReduceMin', maximaGradient);
export const ReduceL1 = reduce('ReduceL1', (x, _, dy) => mul(sign(x), dy));

/** Its gradient where all is zero is zero. */
export const ReduceL2 = reduce('ReduceL2', (x, y, dy) => mul(x, div(dy, maximum(y, scalar(1e-30)))));
export const ReduceSumSquare = reduce('ReduceSumSquare', (x, _, dy) => mul(x, mul(dy, scalar(2))));
export const ReduceLogSumExp = reduce('ReduceLogSumExp', (x, y, dy) => mul(exp(sub(x, y)), dy));

/** Largest element over `axes`, held constant by differentiation: what keeps exponentials in range. */
export function max(x: Value, axes: readonly number[], keepdims = false): Value {
  return stopGradient(ReduceMax([x, ints(axes)], { keepdims: Number(keepdims) })[0]);
}
