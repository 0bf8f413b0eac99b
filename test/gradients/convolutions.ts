/** @file The convolutions that the gradient checks and the float64 comparison share. */
import type { ConvAttributes } from '#src/graph/ops/window.js';
import type { Shape } from '#src/graph/value.js';

export interface Convolution {
  readonly batch: number;
  readonly channels: number;
  readonly extents: readonly [height: number, width: number];
  readonly filters: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly group?: number;
  readonly dilation?: number;
  /** Top, left, bottom, right, in place of `padding`. */
  readonly pads?: readonly [number, number, number, number];
}

function convolution(
  images: readonly [batch: number, channels: number, height: number, width: number],
  filters: number,
  kernel: number,
  stride: number,
  padding: number,
): Convolution {
  const [batch, channels, height, width] = images;
  return { batch, channels, extents: [height, width], filters, kernel, stride, padding };
}

/**
 * Each lowering has its own way with channels in blocks of 8 or 16 and with odd ones, with batches that fill no whole
 * block, with strides that leave rows of the image unread, and with the three channels of a picture.
 */
export const CONVOLUTIONS: readonly Convolution[] = [
  // Odd channels: nothing is blocked.
  convolution([2, 3, 5, 6], 4, 3, 1, 1),
  convolution([2, 3, 6, 7], 4, 3, 2, 1),
  convolution([1, 2, 8, 7], 3, 1, 2, 0),
  convolution([1, 3, 16, 16], 2, 7, 2, 3),
  // Multiples of three: the runtime's WebGPU convolution has a way of its own with them.
  convolution([6, 6, 5, 4], 8, 3, 1, 1),
  convolution([9, 9, 6, 5], 12, 3, 2, 1),
  convolution([3, 18, 4, 4], 6, 1, 2, 0),
  convolution([15, 4, 5, 4], 9, 3, 1, 0),
  // Blocks of 8, and of 16.
  convolution([5, 8, 6, 7], 8, 3, 1, 1),
  convolution([8, 8, 5, 4], 24, 3, 1, 0),
  convolution([20, 16, 5, 4], 32, 3, 1, 1),
  // Pictures enough for several blocks of them, in groups of one and of two blocks.
  convolution([40, 16, 5, 4], 16, 3, 1, 1),
  convolution([64, 64, 4, 3], 32, 3, 2, 1),
  convolution([16, 16, 4, 4], 16, 1, 1, 0),
  convolution([3, 32, 6, 5], 16, 1, 1, 0),
  convolution([5, 16, 7, 8], 16, 7, 1, 3),
  // Strides that divide the image, and strides that do not.
  convolution([5, 16, 6, 8], 16, 3, 2, 1),
  convolution([5, 16, 7, 5], 32, 3, 2, 1),
  convolution([5, 16, 6, 8], 32, 1, 2, 0),
  convolution([5, 16, 7, 5], 16, 1, 2, 0),
  convolution([2, 16, 8, 10], 16, 3, 2, 0),
  convolution([2, 16, 10, 8], 16, 7, 2, 3),
  convolution([2, 16, 9, 6], 16, 3, 3, 0),
  // Blocks on one side only; the two stems.
  convolution([5, 12, 5, 6], 16, 3, 1, 1),
  convolution([5, 16, 5, 6], 12, 3, 1, 1),
  convolution([5, 3, 8, 9], 16, 3, 1, 1),
  convolution([20, 3, 14, 12], 16, 7, 2, 3),
  convolution([2, 3, 15, 17], 64, 7, 2, 3),
  // AlexNet's first two.
  convolution([3, 3, 23, 20], 16, 11, 4, 2),
  convolution([5, 16, 6, 5], 24, 5, 1, 2),
  // Pictures in whole blocks, which are exchanged with channels in one pass.
  convolution([16, 16, 5, 6], 16, 3, 1, 1),
  convolution([32, 16, 8, 6], 32, 3, 2, 1),
  // One matrix product for each picture, and one for all.
  convolution([2, 32, 10, 9], 16, 1, 1, 0),
  convolution([2, 64, 6, 8], 96, 1, 2, 0),
  // Channels that nearly fill blocks, on one side and on both.
  convolution([3, 24, 6, 5], 32, 1, 1, 0),
  convolution([3, 32, 6, 8], 24, 1, 2, 0),
  convolution([5, 24, 6, 5], 40, 3, 1, 1),
  convolution([3, 24, 7, 6], 24, 3, 2, 1),
  // Many channels: Winograd's way, with tiles that fit and tiles that reach beyond the edge.
  convolution([3, 128, 4, 4], 128, 3, 1, 1),
  convolution([1, 64, 8, 11], 64, 3, 1, 1),
  convolution([2, 192, 7, 6], 128, 3, 1, 1),
];

/** In groups, each channel by itself, with holes, padded unevenly; with a bias. */
export const GROUPED: readonly Convolution[] = [
  // Depthwise, in blocks of 8 and of 16: strides that divide the image and that do not, and of images as small as the kernel.
  { ...convolution([2, 16, 7, 6], 16, 3, 1, 1), group: 16 },
  { ...convolution([3, 32, 8, 6], 32, 3, 2, 1), group: 32 },
  { ...convolution([2, 16, 7, 9], 16, 5, 2, 2), group: 16 },
  { ...convolution([2, 48, 6, 6], 48, 5, 1, 2), group: 48 },
  { ...convolution([2, 16, 8, 8], 16, 3, 2, 0), group: 16, pads: [0, 0, 1, 1] },
  { ...convolution([2, 16, 8, 8], 16, 5, 2, 0), group: 16, pads: [1, 1, 2, 2] },
  { ...convolution([2, 16, 9, 8], 16, 1, 2, 0), group: 16 },
  { ...convolution([2, 16, 9, 9], 16, 7, 1, 3), group: 16 },
  { ...convolution([2, 16, 9, 8], 16, 3, 1, 2), group: 16, dilation: 2 },
  // Depthwise of odd channels, and with several outputs a channel.
  { ...convolution([2, 6, 6, 5], 6, 3, 1, 1), group: 6 },
  { ...convolution([2, 6, 6, 5], 12, 3, 2, 1), group: 6 },
  { ...convolution([2, 16, 6, 5], 32, 3, 2, 1), group: 16 },
  // Groups that fill blocks, that fill them together, and that do not.
  { ...convolution([3, 32, 6, 5], 32, 3, 1, 1), group: 2 },
  { ...convolution([3, 32, 6, 8], 64, 3, 2, 1), group: 2 },
  { ...convolution([3, 32, 6, 5], 32, 3, 1, 1), group: 8 },
  { ...convolution([3, 48, 6, 6], 48, 3, 2, 1), group: 6 },
  { ...convolution([3, 32, 5, 5], 32, 1, 1, 0), group: 4 },
  { ...convolution([3, 24, 5, 4], 24, 3, 1, 1), group: 3 },
  { ...convolution([2, 6, 5, 4], 9, 3, 1, 1), group: 3 },
  // With holes, and padded unevenly, without groups.
  { ...convolution([3, 16, 8, 7], 16, 3, 1, 2), dilation: 2 },
  { ...convolution([2, 16, 9, 9], 16, 3, 2, 2), dilation: 2 },
  { ...convolution([2, 16, 12, 10], 16, 3, 2, 3), dilation: 3 },
  { ...convolution([2, 3, 9, 8], 5, 3, 1, 2), dilation: 2 },
  { ...convolution([2, 3, 8, 8], 16, 3, 2, 0), pads: [0, 0, 1, 1] },
  { ...convolution([2, 16, 8, 6], 16, 4, 1, 0), pads: [1, 1, 2, 2] },
];

/** [o, c / group, kh, kw] */
export function kernelShape({ filters, channels, group = 1, kernel }: Convolution): Shape {
  return [filters, channels / group, kernel, kernel];
}

/** As ONNX has it. */
export function windowAttributes(c: Convolution): ConvAttributes {
  const { stride, padding, dilation = 1, group = 1 } = c;
  const pads = c.pads ?? [padding, padding, padding, padding];
  return { strides: [stride, stride], pads, dilations: [dilation, dilation], group };
}

/** `5×16×7×5 → 32, 3×3, stride 2, padding 1`, and what else there is. */
export function describeConvolution(c: Convolution): string {
  const { batch, channels, extents, filters, kernel, stride, padding } = c;
  const padded = c.pads ? `padding [${c.pads}]` : `padding ${padding}`;
  const more = [...(c.group ? [`${c.group} groups`] : []), ...(c.dilation ? [`dilation ${c.dilation}`] : [])];
  return `${[batch, channels, ...extents].join('×')} → ${filters}, ${[`${kernel}×${kernel}`, `stride ${stride}`, padded, ...more].join(', ')}`;
}
