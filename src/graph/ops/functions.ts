/** @file Functions of each number by itself, and of two: powers, sines, the larger and the smaller. */
import { portableSine } from '../lowering/portable-sine.js';
import { type Attributes, type GradientRule, type KindsOf, type None, type Operator, operator } from '../operator.js';
import type { Target } from '../target.js';
import { scalar, type Value } from '../value.js';
import { cast } from './cast.js';
import { equal, greater } from './comparison.js';
import { add, broadcast, div, exp, log, mul, neg, sub, where } from './elementwise.js';
import { sign } from './rounding.js';

/** An operator on each number by itself. */
export type EachNumber<A extends Attributes> = Operator<1, 1, A, GradientRule<1, 1, A>>;

/**
 * @param slope the derivative, from x and y
 * @param lower the same from other operators, on a target that needs it
 */
export function eachNumber<A extends Attributes>(
  name: string,
  attributes: KindsOf<A>,
  slope: (x: Value, y: Value, attributes: A) => Value,
  lower?: (x: Value, target: Target) => Value | null,
): EachNumber<A> {
  return operator<1, 1, A>({
    name,
    attributes,
    elementwise: true,
    infer: ([x]) => [x],
    gradient: ({ inputs: [x], outputs: [y], attributes }, [dy]) => [mul(dy, slope(x, y, attributes))],
    lower: ([x], _, target) => {
      const y = lower?.(x, target) ?? null;
      return y && [y];
    },
  });
}

export const Abs = eachNumber('Abs', {}, (x) => sign(x));
export const Reciprocal = eachNumber('Reciprocal', {}, (_, y) => neg(mul(y, y)));
export const Sin = eachNumber(
  'Sin',
  {},
  (x) => cos(x),
  (x, { device }) => (device === 'webgpu' ? portableSine(x) : null),
);
export const Cos = eachNumber(
  'Cos',
  {},
  (x) => neg(sin(x)),
  (x, { device }) => (device === 'webgpu' ? portableSine(add(x, scalar(Math.PI / 2))) : null),
);
export const Erf = eachNumber('Erf', {}, (x) => mul(exp(neg(mul(x, x))), scalar(2 / Math.sqrt(Math.PI))));

/** The gradient of the exponent is zero where the base is not positive. */
export const Pow = operator<2>({
  name: 'Pow',
  broadcasts: true,
  infer: ([base, exponent]) => [broadcast('Pow', base, { dtype: base.dtype, shape: exponent.shape })],
  gradient: ({ inputs: [base, exponent], outputs: [y] }, [dy]) => {
    const logOfBase = where(greater(base, scalar(0)), log(maximum(base, scalar(1e-38))), scalar(0));
    return [mul(dy, slopeOfPower(base, exponent)), exponent.dtype === 'float32' ? mul(mul(dy, y), logOfBase) : null];
  },
});

/** Squares are what most powers are. */
function slopeOfPower(base: Value, exponent: Value): Value {
  const isSquare = exponent.kind === 'constant' && exponent.data.length === 1 && Number(exponent.data[0]) === 2;
  if (isSquare) return mul(base, scalar(2));
  const power = cast(exponent, 'float32');
  return mul(power, Pow([base, sub(power, scalar(1))], {})[0]);
}

/** The gradient goes to the chosen input; in equal parts where several are equal. */
function choice(name: string): Operator<number, 1, None, GradientRule<number, 1, None>> {
  return operator<number>({
    name,
    broadcasts: true,
    infer: (inputs) => [inputs.reduce((a, b) => broadcast(name, a, b))],
    gradient: ({ inputs, outputs: [y] }, [dy]) => {
      const chosen = inputs.map((x) => where(equal(x, y!), scalar(1), scalar(0)));
      const share = div(dy, chosen.reduce(add));
      return chosen.map((isChosen) => mul(isChosen, share));
    },
  });
}

export const Max = choice('Max');
export const Min = choice('Min');

export function abs(x: Value): Value {
  return Abs([x], {})[0];
}
export function reciprocal(x: Value): Value {
  return Reciprocal([x], {})[0];
}
export function sin(x: Value): Value {
  return Sin([x], {})[0];
}
export function cos(x: Value): Value {
  return Cos([x], {})[0];
}
export function erf(x: Value): Value {
  return Erf([x], {})[0];
}
export function pow(base: Value, exponent: Value): Value {
  return Pow([base, exponent], {})[0];
}
/** The largest of values that broadcast, element by element. */
export function maximum(...values: readonly Value[]): Value {
  return Max(values, {})[0];
}
/** The smallest of values that broadcast, element by element. */
export function minimum(...values: readonly Value[]): Value {
  return Min(values, {})[0];
}
