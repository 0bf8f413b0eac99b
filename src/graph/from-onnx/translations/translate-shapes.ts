/** @file Operators that give elements another shape, another order, or leave some out. */

import { broadcast } from '../../ops/elementwise.js';
import { pad } from '../../ops/padding.js';
import { expand } from '../../ops/reduce.js';
import { flatten, reshape } from '../../ops/reshape.js';
import { concat, split, transpose } from '../../ops/shape.js';
import { ints, type Shape, sizeOf, type Value } from '../../value.js';
import type { NodeOperands } from '../operands.js';
import type { Apply, Translations } from './translation.js';

export const SHAPES: Translations = {
  Reshape: (node) => {
    const x = node.value(0);
    return [reshape(x, reshaped(node, x.shape, node.ints('shape') ?? node.numbers(1)))];
  },
  Flatten: (node) => {
    const x = node.value(0);
    const given = node.int('axis', 1);
    const axis = given < 0 ? given + x.shape.length : given;
    return [axis === 1 ? flatten(x) : reshape(x, [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))])];
  },
  Squeeze: (node) => {
    const x = node.value(0);
    const rank = x.shape.length;
    const given = node.ints('axes') ?? node.numbersIfAny(1);
    const axes = given?.map((axis) => node.axis(axis, rank));
    const isLeft = (extent: number, axis: number): boolean => (axes ? !axes.includes(axis) : extent !== 1);
    return [reshape(x, x.shape.filter(isLeft))];
  },
  Unsqueeze: (node) => {
    const x = node.value(0);
    const given = node.ints('axes') ?? node.numbers(1);
    const rank = x.shape.length + given.length;
    const axes = new Set(given.map((axis) => node.axis(axis, rank)));
    const rest = [...x.shape];
    return [
      reshape(
        x,
        Array.from({ length: rank }, (_, axis) => (axes.has(axis) ? 1 : rest.shift()!)),
      ),
    ];
  },
  Expand: (node) => {
    const x = node.value(0);
    return [expand(x, broadcast('Expand', x, { dtype: x.dtype, shape: node.numbers(1) }).shape)];
  },
  Transpose: (node) => {
    const x = node.value(0);
    return [transpose(x, node.ints('perm') ?? x.shape.map((_, axis) => x.shape.length - 1 - axis))];
  },
  Concat: (node) => {
    const parts = node.values();
    const axis = node.axis(node.int('axis', 1), parts[0]!.shape.length);
    return [parts.length === 1 ? parts[0]! : concat(parts, axis)];
  },
  Split: (node) => {
    const x = node.value(0);
    const axis = node.axis(node.int('axis', 0), x.shape.length);
    const count = node.node.outputs.length;
    const each = Math.ceil(x.shape[axis]! / count);
    const even = Array.from({ length: count }, (_, i) => Math.min(each, x.shape[axis]! - i * each));
    return split(x, axis, node.ints('split') ?? node.numbersIfAny(1) ?? even);
  },
  Slice: (node, apply) => [sliced(node, apply)],
  Gather: (node, apply) => {
    const x = node.value(0);
    const axis = node.axis(node.int('axis', 0), x.shape.length);
    const indices = node.operand(1);
    const numbers = node.numbers(1).map((index) => (index < 0 ? index + x.shape[axis]! : index));
    return apply(node, 'Gather', [x, ints(numbers, indices.tensor!.shape)], { axis });
  },
  Pad: (node, apply) => [padded(node, apply)],
};

/** The extents that ONNX's Reshape means: 0 is that of the operand, −1 what is left. */
function reshaped(node: NodeOperands, from: Shape, given: readonly number[]): Shape {
  const copies = node.int('allowzero', 0) === 0;
  const shape = given.map((extent, axis) => (extent === 0 && copies ? (from[axis] ?? 0) : extent));
  const rest = sizeOf(from) / sizeOf(shape.filter((extent) => extent !== -1));
  return shape.map((extent) => (extent === -1 ? rest : extent));
}

function sliced(node: NodeOperands, apply: Apply): Value {
  const x = node.value(0);
  const starts = node.ints('starts') ?? node.numbers(1);
  const ends = node.ints('ends') ?? node.numbers(2);
  const given = node.ints('axes') ?? node.numbersIfAny(3) ?? starts.map((_, i) => i);
  const axes = given.map((axis) => node.axis(axis, x.shape.length));
  const steps = node.numbersIfAny(4) ?? starts.map(() => 1);
  const windows = axes.map((axis, i) => {
    const extent = x.shape[axis]!;
    const step = steps[i]!;
    if (step < 1) node.refuse(`a step of ${step}`);
    const place = (at: number): number => Math.min(Math.max(at < 0 ? at + extent : at, 0), extent);
    const start = place(starts[i]!);
    return { axis, start, end: Math.max(place(ends[i]!), start), step };
  });
  const real = windows.filter(({ axis, start, end, step }) => start > 0 || end < x.shape[axis]! || step > 1);
  if (real.length === 0) return x;
  const operand = (key: 'start' | 'end' | 'axis' | 'step'): Value => ints(real.map((window) => window[key]));
  return apply(node, 'Slice', [x, operand('start'), operand('end'), operand('axis'), operand('step')])[0]!;
}

function padded(node: NodeOperands, apply: Apply): Value {
  const x = node.value(0);
  const rank = x.shape.length;
  const given = node.ints('pads') ?? node.ints('paddings') ?? node.numbers(1);
  const axes = (node.numbersIfAny(3) ?? x.shape.map((_, axis) => axis)).map((axis) => node.axis(axis, rank));
  const amounts = Array<number>(2 * rank).fill(0);
  axes.forEach((axis, i) => {
    amounts[axis] = given[i]!;
    amounts[axis + rank] = given[i + axes.length]!;
  });
  if (amounts.every((amount) => amount === 0)) return x;
  const mode = node.text('mode', 'constant');
  const value = node.numbersIfAny(2)?.[0] ?? node.float('value', 0);
  if (mode === 'constant' && value === 0) return pad(x, amounts);
  return apply(node, 'Pad', [x, ints(amounts)], {})[0]!;
}
