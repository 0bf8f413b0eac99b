/** @file Operators that move elements without changing them: those that change their order or leave some out. */
import { ShapeError } from '../../core/errors.js';
import { noGradient, operator } from '../operator.js';
import { ints, type Shape, sameShape, scalar, show, type Value } from '../value.js';
import { expand } from './reduce.js';
import { constantInts, reshape } from './reshape.js';

export const Transpose = operator<1, 1, { perm: readonly number[] }>({
  name: 'Transpose',
  attributes: { perm: 'ints' },
  infer: ([x], { perm }) => {
    const axes = perm.toSorted((a, b) => a - b);
    if (axes.length !== x.shape.length || axes.some((axis, i) => axis !== i)) {
      throw new ShapeError(
        `Transpose: expected a permutation of the ${x.shape.length} axes of ${show(x)}, got [${perm}].`,
      );
    }
    return [{ dtype: x.dtype, shape: perm.map((axis) => x.shape[axis]!) }];
  },
  gradient: ({ attributes: { perm } }, [dy]) => [
    transpose(
      dy,
      perm.map((_, axis) => perm.indexOf(axis)),
    ),
  ],
});

export const Concat = operator<number, 1, { axis: number }>({
  name: 'Concat',
  attributes: { axis: 'int' },
  infer: (parts, { axis }) => {
    const first = parts[0]!;
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
      dy!,
      axis,
      inputs.map(({ shape }) => shape[axis]!),
    ),
});

export const Split = operator<2, number, { axis: number }>({
  name: 'Split',
  attributes: { axis: 'int' },
  infer: ([x, sizes], { axis }) => {
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
  gradient: ({ outputs, attributes: { axis } }, dys) => [
    concat(
      outputs.map(({ shape }, i) => dys[i] ?? expand(scalar(0), shape)),
      axis,
    ),
    null,
  ],
});

/** Elements `starts[a]`, `starts[a] + steps[a]`, … before `ends[a]` along every axis `a`. */
export const Slice = operator<5>({
  name: 'Slice',
  infer: ([x, ...window]) => {
    const [starts, ends, axes, steps] = window.map((operand) => constantInts('Slice', operand)) as [
      number[],
      number[],
      number[],
      number[],
    ];
    const shape = [...x.shape];
    axes.forEach((axis, i) => {
      if (starts[i]! < 0 || ends[i]! > x.shape[axis]! || steps[i]! < 1) {
        throw new ShapeError(
          `Slice: expected a window inside ${show(x)}, got [${starts}] to [${ends}] on axes [${axes}].`,
        );
      }
      shape[axis] = Math.ceil((ends[i]! - starts[i]!) / steps[i]!);
    });
    return [{ dtype: x.dtype, shape }];
  },
  gradient: noGradient('it is only used inside backward graphs; use Split to take parts of a differentiable value'),
});

/** Zeros around (or, where negative, elements cut off) the ends of each axis: begins, then ends, as in ONNX. */
export const Pad = operator<2>({
  name: 'Pad',
  infer: ([x, amounts]) => {
    const pads = constantInts('Pad', amounts);
    const rank = x.shape.length;
    if (pads.length !== 2 * rank) {
      throw new ShapeError(`Pad: expected ${2 * rank} amounts for ${show(x)}, got [${pads}].`);
    }
    return [{ dtype: x.dtype, shape: x.shape.map((extent, axis) => extent + pads[axis]! + pads[axis + rank]!) }];
  },
  gradient: ({ inputs: [, amounts] }, [dy]) => [
    pad(
      dy,
      constantInts('Pad', amounts).map((amount) => -amount),
    ),
    null,
  ],
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
export function slice(x: Value, starts: Shape, ends: Shape, axes: readonly number[], steps = axes.map(() => 1)): Value {
  return Slice([x, ints(starts), ints(ends), ints(axes), ints(steps)], {})[0];
}
export function pad(x: Value, amounts: readonly number[]): Value {
  return amounts.every((amount) => amount === 0) ? x : Pad([x, ints(amounts)], {})[0];
}
