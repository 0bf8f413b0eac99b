/** @file Functions of each number that are constant but for their steps. */
import { noGradient, operator } from '../operator.js';
import type { Value } from '../value.js';

function rounding(name: string) {
  return operator<1>({
    name,
    elementwise: true,
    infer: ([x]) => [x],
    gradient: noGradient('it is piecewise constant'),
  });
}

export const Sign = rounding('Sign');
export const Floor = rounding('Floor');
export const Ceil = rounding('Ceil');
export const Round = rounding('Round');

export function sign(x: Value): Value {
  return Sign([x], {})[0];
}
