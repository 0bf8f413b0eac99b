/** @file Reductions over axes, and Expand: each is the other's gradient. */
import { ShapeError } from '../../core/errors.js';
import { type OperatorDefinition, operator } from '../operator.js';
import { ints, type Shape, sameShape, scalar, show, type TensorType, type Value } from '../value.js';
import { broadcast, mul } from './elementwise.js';
import { constantInts, reshape } from './reshape.js';

/** The axes that a reduction of `x` is over, from the first: all where none are given. */
export function reducedAxes(name: string, x: TensorType, axes?: TensorType): readonly number[] {
  if (axes === undefined) return x.shape.map((_, axis) => axis);
  const list = constantInts(name, axes);
  const over = new Set(list.map((axis) => (axis < 0 ? axis + x.shape.length : axis)));
  // ONNX takes no axes at all to mean every axis.
  if (over.size === 0 || over.size < list.length || [...over].some((axis) => x.shape[axis] === undefined)) {
    throw new ShapeError(`${name}: expected one or more axes of ${show(x)}, each once, got [${list}].`);
  }
  return [...over];
}

/** The shape of `x` with an extent of 1 in place of each of `axes`, or without them. */
export function reducedShape(x: TensorType, axes: readonly number[], keepdims: boolean): Shape {
  return keepdims
    ? x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent))
    : x.shape.filter((_, axis) => !axes.includes(axis));
}

export type Keepdims = { readonly keepdims?: number };

/** What every reduction shares; its second input, axes, may be left out and then means all. */
export function reduction(
  name: string,
): Pick<OperatorDefinition<number, 1, Keepdims>, 'name' | 'attributes' | 'infer'> & { readonly name: string } {
  return {
    name,
    attributes: { keepdims: 'int' },
    infer: ([x, axes], { keepdims = 1 }) => [
      { dtype: x!.dtype, shape: reducedShape(x!, reducedAxes(name, x!, axes), keepdims === 1) },
    ],
  };
}

/** A gradient of the reduced `x`, repeated over the axes that were reduced. */
function spreadBack(dy: Value, x: Value, axes: readonly number[]): Value {
  return expand(reshape(dy, reducedShape(x, axes, true)), x.shape);
}

export const ReduceSum = operator<number, 1, Keepdims>({
  ...reduction('ReduceSum'),
  gradient: ({ inputs: [x, axes] }, [dy]) => [
    spreadBack(dy, x!, reducedAxes('ReduceSum', x!, axes)),
    ...(axes ? [null] : []),
  ],
});

export const ReduceMean = operator<number, 1, Keepdims>({
  ...reduction('ReduceMean'),
  gradient: ({ inputs: [x, axes] }, [dy]) => {
    const over = reducedAxes('ReduceMean', x!, axes);
    const count = over.reduce((product, axis) => product * x!.shape[axis]!, 1);
    return [spreadBack(mul(dy, scalar(1 / count)), x!, over), ...(axes ? [null] : [])];
  },
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
  // Nothing is added up, and the runtime would copy.
  if (!keepdims && axes.length > 0 && axes.every((axis) => x.shape.at(axis) === 1)) {
    const gone = axes.map((axis) => (axis + x.shape.length) % x.shape.length);
    return reshape(
      x,
      x.shape.filter((_, axis) => !gone.includes(axis)),
    );
  }
  return ReduceSum([x, ints(axes)], { keepdims: Number(keepdims) })[0];
}

/** Mean over `axes`; with `keepdims` they stay as extents of 1. */
export function mean(x: Value, axes: readonly number[], keepdims = false): Value {
  return ReduceMean([x, ints(axes)], { keepdims: Number(keepdims) })[0];
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
