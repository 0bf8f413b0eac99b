/** @file Gradients of a convolution in standard ONNX operators: right on every device. */
import { noGradient, operator } from '../operator.js';
import { add } from '../ops/elementwise.js';
import { pad } from '../ops/padding.js';
import { reshape } from '../ops/reshape.js';
import { transpose } from '../ops/shape.js';
import { slice } from '../ops/slice.js';
import {
  type InputGradientWindow,
  spread,
  type WeightGradientWindow,
  type Window,
  windowExtents,
} from '../ops/window.js';
import type { Device } from '../target.js';
import type { Value } from '../value.js';

const gradient = noGradient('it is what gradients of Conv are lowered to');

type Transposed = Window & { readonly output_padding: readonly number[] };

const ConvTranspose = operator<2, 1, Transposed>({
  name: 'ConvTranspose',
  attributes: { strides: 'ints', pads: 'ints', dilations: 'ints', group: 'int', output_padding: 'ints' },
  infer: ([dy, w], { strides, pads, dilations, group = 1, output_padding }) => {
    const extents = spread(w.shape.slice(2), dilations).map(
      (size, axis) =>
        (dy.shape[axis + 2]! - 1) * strides[axis]! + size - pads[axis]! - pads[axis + 2]! + output_padding[axis]!,
    );
    return [{ dtype: dy.dtype, shape: [dy.shape[0]!, group * w.shape[1]!, ...extents] }];
  },
  gradient,
});

const DilatedConv = operator<2, 1, Window>({
  name: 'Conv',
  attributes: { strides: 'ints', pads: 'ints', dilations: 'ints', group: 'int' },
  infer: ([x, w], window) => [
    { dtype: x.dtype, shape: [x.shape[0]!, w.shape[0]!, ...windowExtents(x.shape, w.shape.slice(2), window)] },
  ],
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
export function portableConv(
  x: Value,
  w: Value,
  { strides, pads, dilations = [1, 1], group = 1 }: Window,
  device: Device,
): Value | null {
  if (device !== 'webgpu' || group > 1 || !readByThrees(x.shape[1]!)) return null;
  return dilatedConv(x, w, { strides, pads, dilations }, device);
}

function dilatedConv(x: Value, w: Value, window: Window, device: Device): Value {
  const oneMore = [0, 0, 0, 0, 0, 1, 0, 0];
  const padded = device === 'webgpu' && window.group === undefined && readByThrees(x.shape[1]!);
  return DilatedConv(padded ? [pad(x, oneMore), pad(w, oneMore)] : [x, w], window)[0];
}

/** The transposed convolution. */
export function portableInputGradient(
  dy: Value,
  w: Value,
  { extents, ...window }: InputGradientWindow,
  device: Device,
): Value {
  const { strides, pads, group = 1 } = window;
  const each = w.shape[0]! / group;
  // That of ONNX Runtime 1.30 on WebGPU is wrong for groups that make one channel of several: it gets them one by one.
  if (device === 'webgpu' && group > 1 && w.shape[1] === 1 && each > 1) {
    const every = (x: Value, from: number, axis: number): Value => slice(x, [from], [x.shape[axis]!], [axis], [each]);
    return Array.from({ length: each }, (_, i) =>
      portableInputGradient(every(dy, i, 1), every(w, i, 0), { extents, ...window }, device),
    ).reduce(add);
  }
  const size = spread(w.shape.slice(2), window.dilations);
  const leftOver = extents.map((extent, axis) => {
    const reached = (dy.shape[axis + 2]! - 1) * strides[axis]! + size[axis]! - pads[axis]! - pads[axis + 2]!;
    return extent - reached;
  });
  return ConvTranspose([dy, w], { ...window, output_padding: leftOver })[0];
}

/** Correlates x with dy: batch and channels change places, stride becomes dilation, and dilation stride. */
export function portableWeightGradient(
  x: Value,
  dy: Value,
  { strides, pads, kernel, dilations = [1, 1], group }: WeightGradientWindow,
  device: Device,
): Value {
  const exchange = [1, 0, 2, 3];
  const window = { strides: dilations, pads, dilations: strides };
  if (group === undefined) {
    const wide = dilatedConv(transpose(x, exchange), transpose(dy, exchange), window, device);
    // A stride that does not divide the image leaves rows and columns the kernel never reached.
    return transpose(slice(wide, [0, 0], kernel, [2, 3]), exchange);
  }
  // The channels of a group are the pictures, and its pictures are the channels of a group.
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const [channels, outputs] = [c / group, dy.shape[1]! / group];
  const images = transpose(reshape(x, [n, group, channels, h, w]), [2, 1, 0, 3, 4]);
  const wide = dilatedConv(
    reshape(images, [channels, group * n, h, w]),
    transpose(dy, exchange),
    { ...window, group },
    device,
  );
  const gradient = reshape(slice(wide, [0, 0], kernel, [2, 3]), [channels, group, outputs, ...kernel]);
  return reshape(transpose(gradient, [1, 2, 0, 3, 4]), [group * outputs, channels, ...kernel]);
}
