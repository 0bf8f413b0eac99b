/** @file Convolutions and pools: windows that move over images. */

import type { Attributes } from '../../operator.js';
import { add, mul } from '../../ops/elementwise.js';
import { abs, pow } from '../../ops/functions.js';
import { surrounded } from '../../ops/padding.js';
import { sum } from '../../ops/reduce.js';
import { reshape } from '../../ops/reshape.js';
import { type Shape, scalar, type Value } from '../../value.js';
import type { NodeOperands } from '../operands.js';
import type { Apply, Translations } from './translation.js';

export const WINDOWS: Translations = {
  Conv: (node, apply) => {
    if (node.value(0).shape.length === 3) return [alongLine(node, apply)];
    const [x, ...weights] = images(node);
    const window = windowOfNode(node, x.shape, weights[0]!.shape.slice(2));
    const inner = surrounded(x);
    if (inner === undefined) return apply(node, 'Conv', [x, ...weights], window);
    // A pass over memory less, and the runtime keeps its blocks of channels.
    const own = (window['pads'] as readonly number[] | undefined) ?? node.ints('pads') ?? [0, 0, 0, 0];
    return apply(node, 'Conv', [inner.x, ...weights], {
      ...window,
      pads: own.map((zeros, i) => zeros + inner.pads[i]!),
    });
  },
  ConvTranspose: (node, apply) => {
    const [x, ...weights] = images(node);
    if (node.ints('output_shape') || !isExplicit(node)) node.refuse('its padding is given by the shape of its result');
    return apply(node, 'ConvTranspose', [x, ...weights]);
  },
  MaxPool: (node, apply) => {
    if (node.node.outputs[1]) node.refuse('its indices are used');
    return [pooled(node, apply)];
  },
  AveragePool: (node, apply) => [pooled(node, apply)],
  LpPool: (node, apply) => {
    const kernel = node.ints('kernel_shape')!;
    if (node.int('ceil_mode', 0) !== 0) node.refuse('its windows reach over the edge (ceil_mode)');
    const average = (x: Value): Value =>
      apply(node, 'AveragePool', [x], { count_include_pad: 1, ...windowOfNode(node, x.shape, kernel) })[0]!;
    return [normOf(node, (x) => mul(average(x), scalar(kernel.reduce((a, b) => a * b))))];
  },
  GlobalLpPool: (node) => [normOf(node, (x) => sum(x, [2, 3], true))],
};

/** Above what float32 adds to any sum that counts: a root has no slope at 0. */
const TINY = 1e-24;

/** The p-norm of what is summed up. */
function normOf(node: NodeOperands, sumUp: (x: Value) => Value): Value {
  const [x] = images(node);
  const p = node.int('p', 2);
  if (p === 1) return sumUp(abs(x));
  return pow(add(sumUp(pow(p % 2 === 0 ? x : abs(x), scalar(p))), scalar(TINY)), scalar(1 / p));
}

/** A pool over images or, as over images of one row, along one axis. */
function pooled(node: NodeOperands, apply: Apply): Value {
  const { operator } = node.node;
  const x = node.value(0);
  const kernel = node.ints('kernel_shape')!;
  if (x.shape.length !== 3) {
    return apply(node, operator, [x], windowOfNode(node, images(node)[0].shape, kernel))[0]!;
  }
  if (node.text('auto_pad', 'NOTSET') !== 'NOTSET') node.refuse('it pads a line by itself');
  const [before, after] = node.ints('pads') ?? [0, 0];
  const [y] = apply(node, operator, [reshape(x, x.shape.toSpliced(2, 0, 1))], {
    kernel_shape: [1, ...kernel],
    strides: [1, ...(node.ints('strides') ?? [1])],
    pads: [0, before!, 0, after!],
  }) as [Value];
  return reshape(y, y.shape.toSpliced(2, 1));
}

/** A convolution along one axis, as one over images of one row. */
function alongLine(node: NodeOperands, apply: Apply): Value {
  const row = (value: Value): Value => reshape(value, value.shape.toSpliced(2, 0, 1));
  const [x, w, ...bias] = node.values() as [Value, Value, ...Value[]];
  if (node.text('auto_pad', 'NOTSET') !== 'NOTSET') node.refuse('it pads a line by itself');
  const [before, after] = node.ints('pads') ?? [0, 0];
  const [y] = apply(node, 'Conv', [row(x), row(w), ...bias], {
    kernel_shape: [1, w.shape[2]!],
    strides: [1, ...(node.ints('strides') ?? [1])],
    dilations: [1, ...(node.ints('dilations') ?? [1])],
    pads: [0, before!, 0, after!],
  }) as [Value];
  return reshape(y, y.shape.toSpliced(2, 1));
}

/** Operands of a node of which the first are images. @throws {OperatorError} if they are not */
export function images(node: NodeOperands): readonly [Value, ...Value[]] {
  const [x, ...others] = node.values() as [Value, ...Value[]];
  if (x.shape.length !== 4) node.refuse(`it works on [${x.shape}], and not on images [n, c, h, w]`);
  return [x, ...others];
}

function isExplicit(node: NodeOperands): boolean {
  return ['NOTSET', 'VALID'].includes(node.text('auto_pad', 'NOTSET'));
}

/** The padding that `auto_pad` means for images of this shape. */
export function windowOfNode(node: NodeOperands, shape: Shape, kernel: readonly number[]): Attributes {
  const mode = node.text('auto_pad', 'NOTSET');
  if (mode === 'NOTSET') return {};
  if (mode === 'VALID') return { pads: [0, 0, 0, 0] };
  const strides = node.ints('strides') ?? [1, 1];
  const dilations = node.ints('dilations') ?? [1, 1];
  const totals = kernel.map((taps, axis) => {
    const extent = shape[axis + 2]!;
    const results = Math.ceil(extent / strides[axis]!);
    return Math.max(0, (results - 1) * strides[axis]! + dilations[axis]! * (taps - 1) + 1 - extent);
  });
  const less = totals.map((total) => Math.floor(total / 2));
  const more = totals.map((total, axis) => total - less[axis]!);
  return { pads: mode === 'SAME_UPPER' ? [...less, ...more] : [...more, ...less] };
}
