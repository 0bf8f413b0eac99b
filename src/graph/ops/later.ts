/** @file An operator that changes nothing, but when. */
import { lowerLater } from '../lowering/zero-after.js';
import { noGradient, operator } from '../operator.js';
import type { Value } from '../value.js';

export const Later = operator<2>({
  name: 'Later',
  infer: ([x]) => [x],
  gradient: noGradient('it orders a graph that has been differentiated'),
  lower: lowerLater,
});

/** `x`, but not before `awaited` has been computed; and never merged with `x` itself. */
export function later(x: Value, awaited: Value): Value {
  return Later([x, awaited], {})[0];
}
