/** @file Puts off a computation until another value is there, so that its result is not held in the meantime. */
import { noGradient, operator } from '../operator.js';
import { blockedOf, fromBlocked } from '../ops/blocked.js';
import { add, greater } from '../ops/elementwise.js';
import { gatherAxis } from '../ops/indexing.js';
import { reshape } from '../ops/reshape.js';
import { floats, ints, sizeOf, type Value } from '../value.js';

const FLOAT32 = 1;
const ToFloat = operator<1, 1, { to: number }>({
  name: 'Cast',
  attributes: { to: 'int' },
  infer: ([x]) => [{ dtype: 'float32', shape: x.shape }],
  gradient: noGradient('it is added after differentiation'),
});

/**
 * Zero, but not before `awaited` has been computed: whether one of its numbers exceeds infinity, which none does.
 *
 * What it is added to is kept apart from what it was before: equal values would be shared, and held from the first use
 * of one to the last use of the other.
 */
export function zeroAfter(awaited: Value): Value {
  const elements = reshape(blockedOf(awaited) ?? awaited, [sizeOf(awaited.shape)]);
  const first = reshape(gatherAxis(elements, ints([0]), 0), []);
  return ToFloat([greater(first, floats([Number.POSITIVE_INFINITY], []))], { to: FLOAT32 })[0];
}

export function lowerLater([x, awaited]: readonly [Value, Value]): readonly [Value] {
  const inBlocks = blockedOf(x);
  const zero = zeroAfter(awaited);
  return [inBlocks ? fromBlocked(add(inBlocks, zero)) : add(x, zero)];
}
