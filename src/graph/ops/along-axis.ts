/** @file Softmax along an axis. */
import { operator } from '../operator.js';
import type { Value } from '../value.js';
import { axisOf } from './axis.js';
import { exp, mul, sub } from './elementwise.js';
import { sum } from './reduce.js';

type Axis = { readonly axis?: number };

export const Softmax = operator<1, 1, Axis>({
  name: 'Softmax',
  attributes: { axis: 'int' },
  infer: ([x], { axis = -1 }) => {
    axisOf('Softmax', x, axis);
    return [x];
  },
  gradient: ({ outputs: [y], attributes: { axis = -1 } }, [dy]) => [
    mul(y, sub(dy, sum(mul(dy, y), [axisOf('Softmax', y, axis)], true))),
  ],
});

export const LogSoftmax = operator<1, 1, Axis>({
  name: 'LogSoftmax',
  attributes: { axis: 'int' },
  infer: ([x], { axis = -1 }) => {
    axisOf('LogSoftmax', x, axis);
    return [x];
  },
  gradient: ({ outputs: [y], attributes: { axis = -1 } }, [dy]) => [
    sub(dy, mul(exp(y), sum(dy, [axisOf('LogSoftmax', y, axis)], true))),
  ],
});

/** eˣ over its sum along `axis`; by default the last. */
export function softmaxAlong(x: Value, axis = -1): Value {
  return Softmax([x], { axis })[0];
}
/** The logarithm of `softmax`. */
export function logSoftmax(x: Value, axis = -1): Value {
  return LogSoftmax([x], { axis })[0];
}
