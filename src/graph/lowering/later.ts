/** @file Puts off a computation until another value is there, so that its result is not held in the meantime. */
import { noGradient, operator } from '../operator.js';
import { add, greater } from '../ops/elementwise.js';
import { gatherAxis } from '../ops/indexing.js';
import { reshape } from '../ops/shape.js';
import { floats, ints, sizeOf, type Value } from '../value.js';

const FLOAT32 = 1;
const ToFloat = operator<1, 1, { to: number }>({
  name: 'Cast',
  attributes: { to: 'int' },
  infer: ([x]) => [{ dtype: 'float32', shape: x.shape }],
  gradient: noGradient('it is added after differentiation'),
});

/**
 * A constant's copy that is not there before `awaited` has been computed.
 *
 * What is computed from it is kept apart from the same computed from the constant itself, which would be shared, and
 * held from its first use to its last. To the copy a zero is added, made of a number of `awaited`: whether it exceeds
 * infinity, which none does.
 */
export function later(constant: Value, awaited: Value): Value {
  const first = gatherAxis(reshape(awaited, [sizeOf(awaited.shape)]), ints([0]), 0);
  return add(constant, ToFloat([greater(first, floats([Number.POSITIVE_INFINITY]))], { to: FLOAT32 })[0]);
}
