/** @file Folds batch normalisation, whose statistics are known after training, into the convolution before it. */
import { ShapeError } from '../core/errors.js';
import { Conv } from '../graph/ops/conv.js';
import { add } from '../graph/ops/elementwise.js';
import type { Window } from '../graph/ops/window.js';
import { type ConstantValue, floats, type ResultValue, sizeOf, type Value } from '../graph/value.js';

/** Whether `x` is the result of a convolution with constant weights, into which what comes after it can be folded. */
export function canFold(x: Value): x is ResultValue {
  if (x.kind !== 'result' || x.node.definition !== Conv.definition) return false;
  return x.node.inputs.slice(1).every(({ kind }) => kind === 'constant');
}

/**
 * `scale · x + shift` for each channel, as a convolution with a scaled kernel, which keeps its name `….weight`, and a
 * bias, which is called `….bias`.
 *
 * @param x the result of a convolution with a constant kernel and, if it has one, a constant bias
 * @param scale one number for each channel
 * @param shift one number for each channel
 * @throws {ShapeError} if `x` is anything else
 */
export function foldAffine(x: Value, scale: Float32Array, shift: Float32Array): Value {
  if (!canFold(x)) {
    throw new ShapeError('fold: expected batch normalisation right after a convolution with a constant kernel.');
  }
  const [images, kernel, bias] = x.node.inputs as [Value, ConstantValue, ConstantValue?];
  const perChannel = sizeOf(kernel.shape.slice(1));
  const scaled = (kernel.data as Float32Array).map((w, i) => w * scale[Math.floor(i / perChannel)]!);
  const y = Conv([images, floats(scaled, kernel.shape, kernel.name)], x.node.attributes as Window)[0];
  const shifted = bias ? shift.map((by, i) => by + scale[i]! * (bias.data as Float32Array)[i]!) : shift;
  const name = bias?.name ?? kernel.name?.replace(/(weight)?$/, 'bias');
  return add(y, floats(shifted, [shift.length, 1, 1], name));
}
