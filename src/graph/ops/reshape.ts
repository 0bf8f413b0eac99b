/** @file The same elements in the same order, in another shape. */
import { ShapeError } from '../../core/errors.js';
import { operator } from '../operator.js';
import { ints, type Shape, sameShape, show, sizeOf, type TensorType, type Value } from '../value.js';
import { axisOf } from './axis.js';

/** The numbers in an operand that must be an int64 constant: a shape, axes, extents. */
export function constantInts(name: string, operand: TensorType | undefined): number[] {
  const { kind, data } = (operand ?? {}) as Partial<Extract<Value, { kind: 'constant' }>>;
  if (kind !== 'constant' || !(data instanceof BigInt64Array)) {
    throw new ShapeError(`${name}: expected an int64 constant, got ${operand ? show(operand) : 'none'}.`);
  }
  return Array.from(data, Number);
}

/** In the shape that it is given, 0 means the extent of x there, and one −1 what is left; so it can leave the batch open. */
export const Reshape = operator<2>({
  name: 'Reshape',
  infer: ([x, extents]) => {
    const given = constantInts('Reshape', extents);
    const kept = given.map((extent, axis) => (extent === 0 ? (x.shape[axis] ?? 0) : extent));
    const known = sizeOf(kept.filter((extent) => extent !== -1));
    const shape = kept.map((extent) => (extent === -1 ? sizeOf(x.shape) / known : extent));
    if (sizeOf(shape) !== sizeOf(x.shape) || !shape.every((extent) => Number.isInteger(extent) && extent >= 0)) {
      throw new ShapeError(`Reshape: expected a shape of ${sizeOf(x.shape)} elements for ${show(x)}, got [${given}].`);
    }
    return [{ dtype: x.dtype, shape }];
  },
  gradient: ({ inputs: [x] }, [dy]) => [reshape(dy, x.shape), null],
});

/** A matrix, of the axes before `axis` (1 where none is given) and those behind: a Reshape that names no batch size. */
export const Flatten = operator<1, 1, { readonly axis?: number }>({
  name: 'Flatten',
  attributes: { axis: 'int' },
  infer: ([x], { axis = 1 }) => {
    const first = axis === x.shape.length ? axis : axisOf('Flatten', x, axis);
    return [{ dtype: x.dtype, shape: [sizeOf(x.shape.slice(0, first)), sizeOf(x.shape.slice(first))] }];
  },
  gradient: ({ inputs: [x] }, [dy]) => [reshape(dy, x.shape)],
});

/** Without the axes of extent 1 that the second input names, or without any if there is none. */
export const Squeeze = operator<number>({
  name: 'Squeeze',
  infer: ([x, axes]) => {
    const over = axes ? constantInts('Squeeze', axes).map((axis) => axisOf('Squeeze', x!, axis)) : undefined;
    if (over?.some((axis) => x!.shape[axis] !== 1)) {
      throw new ShapeError(`Squeeze: expected axes of ${show(x!)} with an extent of 1, got [${over}].`);
    }
    const isLeft = (extent: number, axis: number): boolean => (over ? !over.includes(axis) : extent !== 1);
    return [{ dtype: x!.dtype, shape: x!.shape.filter(isLeft) }];
  },
  gradient: ({ inputs: [x, axes] }, [dy]) => [reshape(dy, x!.shape), ...(axes ? [null] : [])],
});

/** With axes of extent 1, where the second input says that the result has them. */
export const Unsqueeze = operator<2>({
  name: 'Unsqueeze',
  infer: ([x, axes]) => {
    const list = constantInts('Unsqueeze', axes);
    const rank = x.shape.length + list.length;
    const added = new Set(list.map((axis) => (axis < 0 ? axis + rank : axis)));
    if (added.size < list.length || [...added].some((axis) => axis < 0 || axis >= rank)) {
      throw new ShapeError(`Unsqueeze: expected axes of a result of ${rank} axes, each once, got [${list}].`);
    }
    const rest = [...x.shape];
    return [
      { dtype: x.dtype, shape: Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : rest.shift()!)) },
    ];
  },
  gradient: ({ inputs: [x] }, [dy]) => [reshape(dy, x.shape), null],
});

export function reshape(x: Value, shape: Shape): Value {
  return sameShape(x.shape, shape) ? x : Reshape([x, ints(shape)], {})[0];
}

/** @param x float32[n, ...] @returns float32[n, rest] */
export function flatten(x: Value): Value {
  return Flatten([x], {})[0];
}
export function squeeze(x: Value, axes: readonly number[]): Value {
  return Squeeze([x, ints(axes)], {})[0];
}
export function unsqueeze(x: Value, axes: readonly number[]): Value {
  return Unsqueeze([x, ints(axes)], {})[0];
}
