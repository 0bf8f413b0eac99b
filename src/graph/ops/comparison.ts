/** @file Comparisons and logic, whose results are bool. */
import { type NoGradient, type None, noGradient, type Operator, operator } from '../operator.js';
import type { Value } from '../value.js';
import { broadcast } from './elementwise.js';

type Binary = Operator<2, 1, None, NoGradient>;

function comparison(name: string): Binary {
  return operator<2>({
    name,
    broadcasts: true,
    infer: ([a, b]) => [{ dtype: 'bool', shape: broadcast(name, a, b).shape }],
    gradient: noGradient('a comparison is piecewise constant'),
  });
}

export const Greater = comparison('Greater');
export const GreaterOrEqual = comparison('GreaterOrEqual');
export const Less = comparison('Less');
export const LessOrEqual = comparison('LessOrEqual');
export const Equal = comparison('Equal');
export const And = comparison('And');
export const Or = comparison('Or');
export const Xor = comparison('Xor');

export const Not = operator<1>({
  name: 'Not',
  infer: ([x]) => [x],
  gradient: noGradient('logic is piecewise constant'),
});

export function greater(a: Value, b: Value): Value {
  return Greater([a, b], {})[0];
}
export function less(a: Value, b: Value): Value {
  return Less([a, b], {})[0];
}
export function equal(a: Value, b: Value): Value {
  return Equal([a, b], {})[0];
}
