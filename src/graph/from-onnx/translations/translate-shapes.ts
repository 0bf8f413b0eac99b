/** @file Operators that give elements another shape, another order, or leave some out. */

import { broadcast } from '../../ops/elementwise.js';
import { expand } from '../../ops/reduce.js';
import { flatten, reshape } from '../../ops/reshape.js';
import { concat, split, transpose } from '../../ops/shape.js';
import { floats, ints, type Shape, scalar, sizeOf, type Value } from '../../value.js';
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
    const extent = x.shape[axis]!;
    const shape = shapeOfIndices(node);
    const numbers = node.numbers(1).map((index) => fromStart(index, extent));
    // All of them in their order, as a view of the whole is written.
    if (numbers.length === extent && numbers.every((index, i) => index === i)) {
      return [reshape(x, [...x.shape.slice(0, axis), ...shape, ...x.shape.slice(axis + 1)])];
    }
    return apply(node, 'Gather', [x, ints(numbers, shape)], { axis });
  },
  GatherND: (node, apply) => {
    const x = node.value(0);
    const shape = shapeOfIndices(node);
    if (node.int('batch_dims', 0) !== 0) node.refuse('it takes others of each picture (batch_dims)');
    const depth = shape.at(-1)!;
    const [taken, rest] = [x.shape.slice(0, depth), x.shape.slice(depth)];
    const numbers = node.numbers(1);
    const places = Array.from({ length: numbers.length / depth }, (_, i) =>
      taken.reduce((place, extent, axis) => place * extent + fromStart(numbers[i * depth + axis]!, extent), 0),
    );
    const rows = reshape(x, [sizeOf(taken), ...rest]);
    return apply(node, 'Gather', [rows, ints(places, shape.slice(0, -1))], { axis: 0 });
  },
  Col2Im: (node) => [joinedBlocks(node)],
  Pad: (node, apply) => [padded(node, apply)],
  Tile: (node, apply) => apply(node, 'Tile', [node.value(0), ints(node.numbers(1))]),
  Resize: (node, apply) => [resized(node, apply)],
  // What Resize was before it was called so.
  Upsample: (node, apply) => [resized(node, apply)],
};

function shapeOfIndices(node: NodeOperands): Shape {
  return (node.operand(1).tensor ?? node.refuse('which elements it takes depends on the pictures')).shape;
}

/** Indices below 0 count from the end. */
function fromStart(index: number, extent: number): number {
  return index < 0 ? index + extent : index;
}

/** The extents that ONNX's Reshape means: 0 is that of the operand, −1 what is left. */
function reshaped(node: NodeOperands, from: Shape, given: readonly number[]): Shape {
  const copies = node.int('allowzero', 0) === 0;
  const shape = given.map((extent, axis) => (extent === 0 && copies ? (from[axis] ?? 0) : extent));
  const rest = sizeOf(from) / sizeOf(shape.filter((extent) => extent !== -1));
  return shape.map((extent) => (extent === -1 ? rest : extent));
}

/** Parts of it, at even steps; older versions have the numbers as attributes. */
function sliced(node: NodeOperands, apply: Apply): Value {
  const x = node.value(0);
  const starts = node.ints('starts') ?? node.numbers(1);
  const ends = node.ints('ends') ?? node.numbers(2);
  const axes = node.ints('axes') ?? node.numbersIfAny(3) ?? starts.map((_, i) => i);
  const steps = node.numbersIfAny(4) ?? starts.map(() => 1);
  const isWhole = axes.every((axis, i) => starts[i] === 0 && steps[i] === 1 && ends[i]! >= x.shape.at(axis)!);
  return isWhole
    ? x
    : apply(node, 'Slice', [x, ...[starts, ends, axes, steps].map((list) => ints(list.map(bounded)))])[0]!;
}

/** ONNX's "to the end" is the largest of 64 bits, which no number here is exactly. */
function bounded(position: number): number {
  return Math.min(Math.max(position, -(2 ** 31)), 2 ** 31);
}

function padded(node: NodeOperands, apply: Apply): Value {
  const x = node.value(0);
  const amounts = node.ints('pads') ?? node.ints('paddings') ?? node.numbers(1);
  if (amounts.every((amount) => amount === 0)) return x;
  const value = node.numbersIfAny(2)?.[0] ?? node.float('value', 0);
  const axes = node.numbersIfAny(3) ?? x.shape.map((_, axis) => axis);
  return apply(node, 'Pad', [x, ints(amounts), scalar(value), ints(axes)])[0]!;
}

/** Blocks that lie side by side, put together to maps: [n, c·bh·bw, blocks] to [n, c, height, width]. */
function joinedBlocks(node: NodeOperands): Value {
  const x = node.value(0);
  const [maps, block] = [node.numbers(1), node.numbers(2)];
  const isBeside = (node.ints('strides') ?? [1, 1]).every((stride, axis) => stride === block[axis]);
  const isPlain = [...(node.ints('pads') ?? []), ...(node.ints('dilations') ?? []).map((d) => d - 1)].every(
    (n) => n === 0,
  );
  if (maps.length !== 2 || !isBeside || !isPlain) node.refuse('its blocks overlap, or do not fill the picture');
  const [rows, columns] = maps.map((extent, axis) => extent / block[axis]!) as [number, number];
  const [bh, bw] = block as [number, number];
  const [n, channels] = [x.shape[0]!, x.shape[1]! / (bh * bw)];
  const apart = transpose(reshape(x, [n, channels, bh, bw, rows, columns]), [0, 1, 4, 2, 5, 3]);
  return reshape(apart, [n, channels, ...maps]);
}

const AS_BEFORE_11 = { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };

function resized(node: NodeOperands, apply: Apply): Value {
  if (node.int('antialias', 0) !== 0) node.refuse('it smooths what it makes smaller');
  const mode = node.text('mode', 'nearest');
  const coordinates = node.text('coordinate_transformation_mode', 'half_pixel');
  if (!['nearest', 'linear', 'cubic'].includes(mode)) node.refuse(`it goes by '${mode}', which is not known here`);
  if (node.int('exclude_outside', 0) !== 0) node.refuse('it leaves out what lies outside');
  if (/symmetric$|crop/.test(coordinates) && coordinates !== 'asymmetric')
    node.refuse(`its coordinates are '${coordinates}'`);
  const policy = node.text('keep_aspect_ratio_policy', 'stretch');
  if (policy !== 'stretch') node.refuse(`it keeps the ratio of sides, '${policy}'`);
  const isOld = node.node.operator === 'Upsample' || node.opset < 11;
  const scales = (isOld ? node.floats('scales') : undefined) ?? node.numbersIfAny(isOld ? 1 : 2) ?? [];
  const sizes = isOld ? undefined : node.numbersIfAny(3);
  const operands = [node.value(0), floats([]), floats(scales), ...(sizes ? [ints(sizes)] : [])];
  return apply(node, 'Resize', operands, isOld ? AS_BEFORE_11 : {})[0]!;
}
