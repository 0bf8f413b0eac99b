/** @file Operators that move elements without changing them: in another order, joined, apart, again and again. */
import { ShapeError } from '../../core/errors.js';
import { operator } from '../operator.js';
import { ints, sameShape, scalar, show, type TensorType, type Value } from '../value.js';
import { axisOf } from './axis.js';
import { expand, sum } from './reduce.js';
import { constantInts, reshape } from './reshape.js';

/** Axes in another order; in the opposite one where none is given. */
export const Transpose = operator<1, 1, { readonly perm?: readonly number[] }>({
  name: 'Transpose',
  attributes: { perm: 'ints' },
  infer: ([x], { perm = reversed(x) }) => {
    const axes = perm.toSorted((a, b) => a - b);
    if (axes.length !== x.shape.length || axes.some((axis, i) => axis !== i)) {
      throw new ShapeError(
        `Transpose: expected a permutation of the ${x.shape.length} axes of ${show(x)}, got [${perm}].`,
      );
    }
    return [{ dtype: x.dtype, shape: perm.map((axis) => x.shape[axis]!) }];
  },
  gradient: ({ inputs: [x], attributes: { perm = reversed(x) } }, [dy]) => [
    transpose(
      dy,
      perm.map((_, axis) => perm.indexOf(axis)),
    ),
  ],
});

function reversed({ shape }: TensorType): readonly number[] {
  return shape.map((_, axis) => shape.length - 1 - axis);
}

export const Concat = operator<number, 1, { axis: number }>({
  name: 'Concat',
  attributes: { axis: 'int' },
  infer: (parts, attributes) => {
    const first = parts[0]!;
    const axis = axisOf('Concat', first, attributes.axis);
    for (const part of parts) {
      if (!sameShape(part.shape.with(axis, 0), first.shape.with(axis, 0))) {
        throw new ShapeError(
          `Concat: expected shapes that differ in axis ${axis} only, got ${parts.map(show).join(', ')}.`,
        );
      }
    }
    const extent = parts.reduce((total, { shape }) => total + shape[axis]!, 0);
    return [{ dtype: first.dtype, shape: first.shape.with(axis, extent) }];
  },
  gradient: ({ inputs, attributes: { axis } }, [dy]) =>
    split(
      dy,
      axis,
      inputs.map(({ shape }) => shape.at(axis)!),
    ),
});

export const Split = operator<2, number, { readonly axis?: number }>({
  name: 'Split',
  attributes: { axis: 'int' },
  infer: ([x, sizes], attributes) => {
    const axis = axisOf('Split', x, attributes.axis ?? 0);
    const extents = constantInts('Split', sizes);
    const total = extents.reduce((a, b) => a + b, 0);
    if (total !== x.shape[axis]) {
      throw new ShapeError(
        `Split: expected parts that add up to ${x.shape[axis]} in axis ${axis} of ${show(x)}, got [${extents}].`,
      );
    }
    return extents.map((extent) => ({ dtype: x.dtype, shape: x.shape.with(axis, extent) }));
  },
  // An output the loss does not use contributes zeros.
  gradient: ({ outputs, attributes: { axis = 0 } }, dys) => [
    concat(
      outputs.map(({ shape }, i) => dys[i] ?? expand(scalar(0), shape)),
      axis,
    ),
    null,
  ],
});

/** `x` repeated so many times along each axis. */
export const Tile = operator<2>({
  name: 'Tile',
  infer: ([x, repeats]) => {
    const times = constantInts('Tile', repeats);
    if (times.length !== x.shape.length) {
      throw new ShapeError(`Tile: expected ${x.shape.length} numbers of times for ${show(x)}, got [${times}].`);
    }
    return [{ dtype: x.dtype, shape: x.shape.map((extent, axis) => extent * times[axis]!) }];
  },
  gradient: ({ inputs: [x, repeats] }, [dy]) => {
    const times = constantInts('Tile', repeats);
    const apart = x.shape.flatMap((extent, axis) => [times[axis]!, extent]);
    return [
      sum(
        reshape(dy, apart),
        x.shape.map((_, axis) => 2 * axis),
      ),
      null,
    ];
  },
});

/** @returns `x` itself in another shape if only axes of extent 1 change places: its elements stay where they are */
export function transpose(x: Value, perm: readonly number[]): Value {
  const long = perm.filter((axis) => x.shape[axis] !== 1);
  const staysInOrder = long.every((axis, i) => i === 0 || axis > long[i - 1]!);
  return staysInOrder
    ? reshape(
        x,
        perm.map((axis) => x.shape[axis]!),
      )
    : Transpose([x], { perm })[0];
}
export function concat(parts: readonly Value[], axis: number): Value {
  return Concat(parts, { axis })[0]!;
}
export function split(x: Value, axis: number, sizes: readonly number[]): readonly Value[] {
  return Split([x, ints(sizes)], { axis });
}
export function tile(x: Value, repeats: readonly number[]): Value {
  return Tile([x, ints(repeats)], {})[0];
}
