/** @file The same elements in the same order, in another shape. */
import { ShapeError } from '../../core/errors.js';
import { operator } from '../operator.js';
import { ints, type Shape, sameShape, show, sizeOf, type TensorType, type Value } from '../value.js';

/** The numbers in an operand that must be an int64 constant: a shape, axes, extents. */
export function constantInts(name: string, operand: TensorType): number[] {
  const { kind, data } = operand as Partial<Extract<Value, { kind: 'constant' }>>;
  if (kind !== 'constant' || !(data instanceof BigInt64Array)) {
    throw new ShapeError(`${name}: expected an int64 constant, got ${show(operand)}.`);
  }
  return Array.from(data, Number);
}

export const Reshape = operator<2>({
  name: 'Reshape',
  infer: ([x, extents]) => {
    const shape = constantInts('Reshape', extents);
    if (sizeOf(shape) !== sizeOf(x.shape)) {
      throw new ShapeError(`Reshape: expected a shape of ${sizeOf(x.shape)} elements for ${show(x)}, got [${shape}].`);
    }
    return [{ dtype: x.dtype, shape }];
  },
  gradient: ({ inputs: [x] }, [dy]) => [reshape(dy, x.shape), null],
});

/** Everything behind the first axis as one, whatever the first extent is: a Reshape that names no batch size. */
export const Flatten = operator<1>({
  name: 'Flatten',
  infer: ([x]) => [{ dtype: x.dtype, shape: [x.shape[0]!, sizeOf(x.shape.slice(1))] }],
  gradient: ({ inputs: [x] }, [dy]) => [reshape(dy, x.shape)],
});

export function reshape(x: Value, shape: Shape): Value {
  return sameShape(x.shape, shape) ? x : Reshape([x, ints(shape)], {})[0];
}

/** @param x float32[n, ...] @returns float32[n, rest] */
export function flatten(x: Value): Value {
  return Flatten([x], {})[0];
}
