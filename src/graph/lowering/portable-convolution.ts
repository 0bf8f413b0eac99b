/** @file Gradients of a convolution in standard ONNX operators: right on every device. */
import { noGradient, operator } from '../operator.js';
import { pad, slice, transpose } from '../ops/shape.js';
import { type InputGradientWindow, type WeightGradientWindow, type Window, windowExtents } from '../ops/window.js';
import type { Device } from '../target.js';
import type { Value } from '../value.js';

const gradient = noGradient('it is what gradients of Conv are lowered to');

const ConvTranspose = operator<2, 1, Window & { readonly output_padding: readonly number[] }>({
  name: 'ConvTranspose',
  attributes: { strides: 'ints', pads: 'ints', output_padding: 'ints' },
  infer: ([dy, w], { strides, pads, output_padding }) => {
    const extent = (axis: 0 | 1): number =>
      (dy.shape[axis + 2]! - 1) * strides[axis]! +
      w.shape[axis + 2]! -
      pads[axis]! -
      pads[axis + 2]! +
      output_padding[axis]!;
    return [{ dtype: dy.dtype, shape: [dy.shape[0]!, w.shape[1]!, extent(0), extent(1)] }];
  },
  gradient,
});

const DilatedConv = operator<2, 1, Window & { readonly dilations: readonly number[] }>({
  name: 'Conv',
  attributes: { strides: 'ints', pads: 'ints', dilations: 'ints' },
  infer: ([x, w], { dilations, ...window }) => {
    const extents = w.shape.slice(2).map((taps, axis) => dilations[axis]! * (taps - 1) + 1);
    return [{ dtype: x.dtype, shape: [x.shape[0]!, w.shape[0]!, ...windowExtents(x.shape, extents, window)] }];
  },
  gradient,
});

/**
 * Whether the WebGPU convolution of ONNX Runtime 1.30 is wrong for this many channels: it reads them by threes where
 * it can, and goes astray unless there are three, or a multiple of four as well.
 */
function readByThrees(channels: number): boolean {
  return channels > 3 && channels % 3 === 0 && channels % 4 !== 0;
}

/** The convolution itself with a channel of zeros added, on the device that needs it; else `null`. */
export function portableConv(x: Value, w: Value, { strides, pads }: Window, device: Device): Value | null {
  if (device !== 'webgpu' || !readByThrees(x.shape[1]!)) return null;
  return dilatedConv(x, w, { strides, pads, dilations: [1, 1] }, device);
}

function dilatedConv(
  x: Value,
  w: Value,
  window: Window & { readonly dilations: readonly number[] },
  device: Device,
): Value {
  const oneMore = [0, 0, 0, 0, 0, 1, 0, 0];
  const padded = device === 'webgpu' && readByThrees(x.shape[1]!);
  return DilatedConv(padded ? [pad(x, oneMore), pad(w, oneMore)] : [x, w], window)[0];
}

/** The transposed convolution. */
export function portableInputGradient(dy: Value, w: Value, { strides, pads, extents }: InputGradientWindow): Value {
  const leftOver = extents.map((extent, axis) => {
    const reached = (dy.shape[axis + 2]! - 1) * strides[axis]! + w.shape[axis + 2]! - pads[axis]! - pads[axis + 2]!;
    return extent - reached;
  });
  return ConvTranspose([dy, w], { strides, pads, output_padding: leftOver })[0];
}

/** Correlates x with dy: batch and channels change places, and stride becomes dilation. */
export function portableWeightGradient(
  x: Value,
  dy: Value,
  { strides, pads, kernel }: WeightGradientWindow,
  device: Device,
): Value {
  const exchange = [1, 0, 2, 3];
  const window = { strides: [1, 1], pads, dilations: strides };
  const wide = dilatedConv(transpose(x, exchange), transpose(dy, exchange), window, device);
  // A stride that does not divide the image leaves rows and columns the kernel never reached.
  return transpose(slice(wide, [0, 0], kernel, [2, 3]), exchange);
}
