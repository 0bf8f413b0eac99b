/** @file Gradients of a convolution in standard ONNX operators: right on every device. */
import { noGradient, operator } from '../operator.js';
import type { InputGradientWindow, WeightGradientWindow } from '../ops/conv.js';
import { slice, transpose } from '../ops/shape.js';
import type { Window } from '../ops/window.js';
import type { Value } from '../value.js';

const gradient = noGradient('it is what gradients of Conv are lowered to');

const ConvTranspose = operator<2, 1, Window & { readonly output_padding: readonly number[] }>({
  name: 'ConvTranspose',
  attributes: { strides: 'ints', pads: 'ints', output_padding: 'ints' },
  infer: ([dy, w], { strides, pads, output_padding }) => {
    const extent = (axis: 0 | 1): number =>
      (dy.shape[axis + 2]! - 1) * strides[axis]! + w.shape[axis + 2]! - pads[axis]! - pads[axis + 2]! + output_padding[axis]!;
    return [{ dtype: dy.dtype, shape: [dy.shape[0]!, w.shape[1]!, extent(0), extent(1)] }];
  },
  gradient,
});

const DilatedConv = operator<2, 1, { dilations: readonly number[]; pads: readonly number[] }>({
  name: 'Conv',
  attributes: { dilations: 'ints', pads: 'ints' },
  infer: ([x, w], { dilations, pads }) => {
    const extent = (axis: 0 | 1): number =>
      x.shape[axis + 2]! + pads[axis]! + pads[axis + 2]! - dilations[axis]! * (w.shape[axis + 2]! - 1);
    return [{ dtype: x.dtype, shape: [x.shape[0]!, w.shape[0]!, extent(0), extent(1)] }];
  },
  gradient,
});

/** The transposed convolution. */
export function portableInputGradient(dy: Value, w: Value, { strides, pads, extents }: InputGradientWindow): Value {
  const leftOver = extents.map((extent, axis) => {
    const reached = (dy.shape[axis + 2]! - 1) * strides[axis]! + w.shape[axis + 2]! - pads[axis]! - pads[axis + 2]!;
    return extent - reached;
  });
  return ConvTranspose([dy, w], { strides, pads, output_padding: leftOver })[0];
}

/** Correlates x with dy: batch and channels change places, and stride becomes dilation. */
export function portableWeightGradient(x: Value, dy: Value, { strides, pads, kernel }: WeightGradientWindow): Value {
  const exchange = [1, 0, 2, 3];
  const wide = DilatedConv([transpose(x, exchange), transpose(dy, exchange)], { dilations: strides, pads })[0];
  // A stride that does not divide the image leaves rows and columns the kernel never reached.
  return transpose(slice(wide, [0, 0], kernel, [2, 3]), exchange);
}
