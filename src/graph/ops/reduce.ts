/** @file Reductions over axes, and Expand: each is the other's gradient. */
import { ShapeError } from '../../core/errors.js';
import { HELD_CONSTANT, operator } from '../operator.js';
import { ints, type Shape, sameShape, scalar, show, type TensorType, type Value } from '../value.js';
import { broadcast, mul } from './elementwise.js';
import { constantInts, reshape } from './reshape.js';

function reducedShape(name: string, x: TensorType, axes: TensorType, keepdims: number): Shape {
  const list = constantInts(name, axes);
  const over = new Set(list);
  // ONNX takes no axes at all to mean every axis.
  if (over.size === 0 || over.size < list.length || list.some((axis) => x.shape[axis] === undefined)) {
    throw new ShapeError(`${name}: expected one or more axes of ${show(x)}, each once, got [${list}].`);
  }
  return keepdims
    ? x.shape.map((extent, axis) => (over.has(axis) ? 1 : extent))
    : x.shape.filter((_, axis) => !over.has(axis));
}

type Keepdims = { readonly keepdims: number };

export const ReduceSum = operator<2, 1, Keepdims>({
  name: 'ReduceSum',
  attributes: { keepdims: 'int' },
  infer: ([x, axes], { keepdims }) => [{ dtype: x.dtype, shape: reducedShape('ReduceSum', x, axes, keepdims) }],
  gradient: ({ inputs: [x, axes] }, [dy]) => [
    expand(reshape(dy, reducedShape('ReduceSum', x, axes, 1)), x.shape),
    null,
  ],
});

export const ReduceMean = operator<2, 1, Keepdims>({
  name: 'ReduceMean',
  attributes: { keepdims: 'int' },
  infer: ([x, axes], { keepdims }) => [{ dtype: x.dtype, shape: reducedShape('ReduceMean', x, axes, keepdims) }],
  gradient: ({ inputs: [x, axes] }, [dy]) => {
    const count = constantInts('ReduceMean', axes).reduce((product, axis) => product * x.shape[axis]!, 1);
    const share = mul(dy, scalar(1 / count));
    return [expand(reshape(share, reducedShape('ReduceMean', x, axes, 1)), x.shape), null];
  },
});

/** Only ever subtracted and added back to keep exponentials in range, which needs no gradient. */
export const ReduceMax = operator<2, 1, Keepdims>({
  name: 'ReduceMax',
  attributes: { keepdims: 'int' },
  infer: ([x, axes], { keepdims }) => [{ dtype: x.dtype, shape: reducedShape('ReduceMax', x, axes, keepdims) }],
  gradient: HELD_CONSTANT,
});

export const Expand = operator<2>({
  name: 'Expand',
  infer: ([x, extents]) => {
    const shape = constantInts('Expand', extents);
    return [broadcast('Expand', x, { dtype: x.dtype, shape })];
  },
  gradient: ({ inputs: [x] }, [dy]) => [sumTo(dy, x.shape), null],
});

/** Sum over `axes`; with `keepdims` they stay as extents of 1. */
export function sum(x: Value, axes: readonly number[], keepdims = false): Value {
  return ReduceSum([x, ints(axes)], { keepdims: Number(keepdims) })[0];
}

/** Mean over `axes`; with `keepdims` they stay as extents of 1. */
export function mean(x: Value, axes: readonly number[], keepdims = false): Value {
  return ReduceMean([x, ints(axes)], { keepdims: Number(keepdims) })[0];
}

/** Largest element over `axes`, held constant by differentiation. */
export function max(x: Value, axes: readonly number[], keepdims = false): Value {
  return ReduceMax([x, ints(axes)], { keepdims: Number(keepdims) })[0];
}

export function expand(x: Value, shape: Shape): Value {
  return sameShape(x.shape, shape) ? x : Expand([x, ints(shape)], {})[0];
}

/** Undoes broadcasting: sums `x` down to `shape`. */
export function sumTo(x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.shape.length - shape.length;
  const axes = x.shape.flatMap((extent, axis) =>
    axis < lead || (shape[axis - lead] === 1 && extent !== 1) ? [axis] : [],
  );
  return reshape(sum(x, axes), shape);
}
