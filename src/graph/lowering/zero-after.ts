/** @file Puts off a computation until another value is there, so that its result is not held in the meantime. */
import { blockedOf, fromBlocked } from '../ops/blocked.js';
import { cast } from '../ops/cast.js';
import { greater } from '../ops/comparison.js';
import { add } from '../ops/elementwise.js';
import { gatherAxis } from '../ops/indexing.js';
import { reshape } from '../ops/reshape.js';
import { floats, ints, sizeOf, type Value } from '../value.js';

/**
 * Zero, but not before `awaited` has been computed: whether one of its numbers exceeds infinity, which none does.
 *
 * What it is added to is kept apart from what it was before: equal values would be shared, and held from the first use
 * of one to the last use of the other.
 */
export function zeroAfter(awaited: Value): Value {
  const held = blockedOf(awaited) ?? awaited;
  const first = reshape(gatherAxis(reshape(held, [sizeOf(held.shape)]), ints([0]), 0), []);
  return cast(greater(first, floats([Number.POSITIVE_INFINITY], [])), 'float32');
}

export function lowerLater([x, awaited]: readonly [Value, Value]): readonly [Value] {
  const inBlocks = blockedOf(x);
  const zero = zeroAfter(awaited);
  return [inBlocks ? fromBlocked(add(inBlocks, zero), x.shape[1]!) : add(x, zero)];
}
