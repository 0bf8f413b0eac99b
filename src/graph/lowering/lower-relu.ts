/** @file The rectifier, whose result can be computed again from what batch normalisation keeps anyway. */
import { BlockedAffine, BlockedAffineBounded, blockedOf, fromBlocked } from '../ops/blocked.js';
import { clip } from '../ops/clip.js';
import { greater } from '../ops/comparison.js';
import { add, mul, where } from '../ops/elementwise.js';
import type { Target } from '../target.js';
import { type ResultValue, scalar, type Value } from '../value.js';
import { zeroAfter } from './zero-after.js';

/** Takes a positive number beyond 1 unless it is below 1e-30, and hardly any is. */
const LARGE = 1e30;

/** dy where y > 0, else 0. */
export function lowerReluGradient([dy, y]: readonly [Value, Value], _: unknown, { device }: Target): readonly [Value] {
  if (device !== 'cpu') return [where(greater(y, scalar(0)), dy, scalar(0))];
  // The runtime's Where takes three passes on a CPU, and its Sign is no faster.
  return [mul(dy, clip(timesLarge(y, dy), 0, 1))];
}

/** @param y blocked or not; of a rectifier */
function timesLarge(y: Value, awaited: Value): Value {
  if (!isNormalised(y)) return mul(y, scalar(LARGE));
  const [centred, scale, shift] = y.node.inputs as [Value, Value, Value];
  const large = add(scalar(LARGE), zeroAfter(awaited));
  return BlockedAffine([centred, mul(scale, large), mul(shift, large)], attributesOf(y))[0];
}

/**
 * The same images, rectified a second time for a gradient that has arrived, so that they need not be held until then.
 *
 * It costs a pass over them, where they have just been normalised; others are returned as they are.
 */
export function rectifiedAgain(x: Value, dy: Value): Value {
  const y = blockedOf(x);
  if (y === undefined || !isNormalised(y)) return x;
  const [centred, scale, shift] = y.node.inputs as [Value, Value, Value];
  const operands = [centred, add(scale, zeroAfter(dy)), shift];
  const attributes = y.node.attributes as Parameters<typeof BlockedAffineBounded>[1];
  return fromBlocked(BlockedAffineBounded(operands, attributes)[0], x.shape[1]!);
}

/** Whether nothing but scaled and shifted images was bounded: with a shortcut added, that would have to be kept. */
function isNormalised(y: Value): y is ResultValue {
  return y.kind === 'result' && y.node.definition === BlockedAffineBounded.definition && y.node.inputs.length === 3;
}

function attributesOf({ node }: ResultValue): Parameters<typeof BlockedAffine>[1] {
  const { group, kernel_shape } = node.attributes as Parameters<typeof BlockedAffine>[1];
  return { group, kernel_shape };
}
