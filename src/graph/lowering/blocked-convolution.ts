/**
 * @file A convolution and its gradients as convolutions over blocked channels: the fast way on a CPU.
 *
 * All three run at the speed of a large matrix product, because each is the same direct convolution: the gradient of
 * the images one with the kernel turned around, that of the kernel one whose kernel is dy and whose channels are pictures.
 */

import { BlockedConv, blockedOf, fromBlocked, ReorderInput, toBlocked } from '../ops/blocked.js';
import { gatherAxis } from '../ops/indexing.js';
import { pad } from '../ops/padding.js';
import { expand, sum } from '../ops/reduce.js';
import { reshape } from '../ops/reshape.js';
import { concat, transpose } from '../ops/shape.js';
import { slice } from '../ops/slice.js';
import { type InputGradientWindow, spread, type WeightGradientWindow, type Window } from '../ops/window.js';
import { ints, type Shape, scalar, type Value } from '../value.js';

const UNDILATED = [1, 1];

/**
 * @param w float32[o, c, kh, kw], c the channels of a group
 * @returns `null` unless the outputs of a group are a multiple of `block`, and its channels are, too, or there is but
 *   one group of fewer
 */
export function blockedConv(
  x: Value,
  w: Value,
  { strides, pads, dilations = UNDILATED, group = 1 }: Window,
  block: number,
): Value | null {
  const [o, c, kh, kw] = w.shape as [number, number, number, number];
  if ((o / group) % block !== 0 || (c % block !== 0 && (c > block || group > 1))) return null;
  const window = { strides, pads, kernel_shape: [kh, kw], dilations, group };
  if (c < block) {
    const kernel = transpose(reshape(w, [o / block, block, c * kh * kw]), [0, 2, 1]);
    return fromBlocked(BlockedConv([x, reshape(kernel, w.shape)], window)[0]);
  }
  return fromBlocked(BlockedConv([toBlocked(x), reshape(blockOutputs(w, block), w.shape)], window)[0]);
}

/**
 * float32[o, c, kh, kw] as [o / block, c / block, kh · kw, block of c, block of o]: maps c channels to o.
 *
 * Here and below one axis is moved after the other, with a reshape between them: the runtime moves one in blocks, and
 * several number by number, which takes four to eight times as long.
 */
function blockOutputs(w: Value, block: number): Value {
  const [o, c, kh, kw] = w.shape as [number, number, number, number];
  const outputsLast = transpose(reshape(w, [o / block, block, c * kh * kw]), [0, 2, 1]);
  const tapsFirst = transpose(reshape(outputsLast, [(o * c) / block ** 2, block, kh * kw, block]), [0, 2, 1, 3]);
  return reshape(tapsFirst, [o / block, c / block, kh * kw, block, block]);
}

/** A kernel that maps outputs back to channels, in blocks, and along which axis its kh · kw taps lie. */
export interface BackwardKernel {
  readonly kernel: Value;
  readonly taps: number;
}

/**
 * float32[o, c, kh, kw] as [c / block, o / block, kh · kw, block of o, block of c], group after group: maps o channels
 * back to c.
 *
 * @returns `null` unless both fill blocks
 */
export function blockInputs(w: Value, { group = 1 }: Window, block: number): BackwardKernel | null {
  const [o, c, kh, kw] = w.shape as [number, number, number, number];
  if ((o / group) % block !== 0 || c % block !== 0) return null;
  if (group === 1) {
    const inputsFirst = transpose(reshape(w, [o, c / block, block * kh * kw]), [1, 0, 2]);
    const tapsFirst = transpose(reshape(inputsFirst, [(o * c) / block ** 2, block ** 2, kh * kw]), [0, 2, 1]);
    return { kernel: reshape(tapsFirst, [c / block, o / block, kh * kw, block, block]), taps: 2 };
  }
  const grouped = reshape(w, [group, o / group / block, block, c / block, block, kh * kw]);
  return { kernel: transpose(grouped, [0, 3, 1, 5, 2, 4]), taps: 3 };
}

/** What the gradient at rows (or columns) phase, phase + stride, … reads of dy. */
interface Phase {
  /** Kernel rows, in the order in which they meet growing rows of dy. */
  readonly taps: readonly number[];
  readonly padBegin: number;
  readonly padEnd: number;
  /** How far apart in dy the rows are that successive taps meet. */
  readonly dilation: number;
}

function phasesOf(
  axis: 0 | 1,
  dy: Value,
  w: Value,
  { strides, pads, extents, dilations = UNDILATED }: InputGradientWindow,
): Phase[] {
  const [stride, apart] = [strides[axis]!, dilations[axis]!];
  const begin = pads[axis]!;
  return Array.from({ length: stride }, (_, phase) => {
    const offset = (tap: number): number => (phase + begin - tap * apart) / stride;
    const taps: number[] = [];
    for (let tap = w.shape[axis + 2]! - 1; tap >= 0; tap--) if (Number.isInteger(offset(tap))) taps.push(tap);
    const rows = Math.ceil(extents[axis]! / stride);
    const [first, second] = taps;
    const last = taps.at(-1);
    return {
      taps,
      padBegin: first === undefined ? 0 : -offset(first),
      padEnd: last === undefined ? 0 : rows + offset(last) - dy.shape[axis + 2]!,
      dilation: first === undefined || second === undefined ? 1 : offset(second) - offset(first),
    };
  });
}

/**
 * One convolution of dy for each of the stride² phases of the image, interleaved; with stride 1 there is one.
 *
 * @returns `null` if channels do not fill blocks, or a phase would need a negative padding, which the runtime's
 *   convolution does not take
 */
export function blockedInputGradient(
  dy: Value,
  w: Value,
  window: InputGradientWindow,
  block: number,
  backward = blockInputs(w, window, block),
): Value | null {
  const { strides, extents, group = 1 } = window;
  const [perGroup, kw] = [w.shape[0]! / group, w.shape[3]!];
  const c = w.shape[1]! * group;
  if (backward === null) return null;
  const [rows, columns] = [phasesOf(0, dy, w, window), phasesOf(1, dy, w, window)];
  if ([...rows, ...columns].some(({ padBegin, padEnd }) => padBegin < 0 || padEnd < 0)) return null;
  const n = dy.shape[0]!;
  const [height, width] = extents.map((extent, axis) => Math.ceil(extent / strides[axis]!)) as [number, number];
  const blockedDy = toBlocked(dy);

  const imageOf = (row: Phase, column: Phase): Value => {
    const taps = row.taps.flatMap((y) => column.taps.map((x) => y * kw + x));
    if (taps.length === 0) return expand(scalar(0), [n, c, height, width]);
    const kernelShape = [row.taps.length, column.taps.length];
    const chosen = reshape(gatherAxis(backward.kernel, ints(taps), backward.taps), [c, perGroup, ...kernelShape]);
    const pads = [row.padBegin, column.padBegin, row.padEnd, column.padEnd];
    return BlockedConv([blockedDy, chosen], {
      strides: [1, 1],
      pads,
      kernel_shape: kernelShape,
      dilations: [row.dilation, column.dilation],
      group,
    })[0];
  };
  const interleavedRows = rows.map((row) => {
    const images = columns.map((column) =>
      reshape(imageOf(row, column), [(n * c) / block, height, 1, width, 1, block]),
    );
    return images.length === 1 ? images[0]! : concat(images, 4);
  });
  const image = interleavedRows.length === 1 ? interleavedRows[0]! : concat(interleavedRows, 2);
  const [allRows, allColumns] = [height * strides[0]!, width * strides[1]!];
  if (allRows === extents[0] && allColumns === extents[1]) return fromBlocked(reshape(image, [n, c, ...extents]));
  // All phases have as many rows and columns as the longest of them.
  const whole = reshape(image, [(n * c) / block, allRows, allColumns, block]);
  return fromBlocked(reshape(slice(whole, [0, 0], [...extents], [1, 2]), [n, c, ...extents]));
}

/** A convolution is cut into about so many pieces of work, so that several threads get as much of it. */
const PIECES = 8;

/** What the two ways to a weight gradient share: dy as a kernel over pictures that fill blocks. */
interface PictureKernel {
  /** float32[n, o / block, oh · ow, block], n filled up with zeros to whole blocks. */
  readonly dy: Value;
  /** Zeros to be put around x: top, left, bottom, right, and pictures after the last. */
  readonly frame: readonly [number, number, number, number];
  readonly missing: number;
  readonly extents: readonly number[];
  readonly strides: readonly number[];
}

/**
 * A convolution with dy as its kernel, whose "channels" are the pictures; stride becomes dilation.
 *
 * @returns `null` unless the channels of dy fill blocks
 */
export function blockedWeightGradient(x: Value, dy: Value, window: WeightGradientWindow, block: number): Value | null {
  const { strides, kernel, dilations = UNDILATED } = window;
  const [n, o, oh, ow] = dy.shape as [number, number, number, number];
  if (o % block !== 0) return null;
  const frame = readFrame(x.shape, dy.shape, window);
  const missing = (block - (n % block)) % block;
  const blockedDy = fillUp(reshape(toBlocked(dy), [n, o / block, oh * ow, block]), missing);
  const shared = { dy: blockedDy, frame, missing, extents: [oh, ow], strides } as const;
  const inBlocks = blockedOf(x);
  return inBlocks && window.dilations === undefined
    ? gradientInColumns(inBlocks, kernel, shared, block)
    : gradientInImages(x, shared, dilations, block);
}

/** The zeros around images of shape `x` that the kernel meets at all: top, left, bottom, right; negative: pixels it never meets. */
export function readFrame(
  x: Shape,
  dy: Shape,
  { strides, pads, kernel, dilations }: WeightGradientWindow,
): readonly [number, number, number, number] {
  const size = spread(kernel, dilations);
  const end = (axis: 0 | 1): number => strides[axis]! * (dy[axis + 2]! - 1) + size[axis]! - x[axis + 2]! - pads[axis]!;
  return [pads[0]!, pads[1]!, end(0), end(1)];
}

/** The channels of x, which fill no blocks, become images. */
function gradientInImages(
  x: Value,
  { dy, frame, missing, extents, strides }: PictureKernel,
  dilations: readonly number[],
  block: number,
): Value {
  const [pictures, blocks, pixels] = dy.shape as [number, number, number];
  const [top, left, bottom, right] = frame;
  const images = toBlocked(pad(transpose(x, [1, 0, 2, 3]), [0, 0, top, left, 0, missing, bottom, right]));
  const apart = reshape(dy, [pictures / block, block, blocks, pixels, block]);
  const kernels = reshape(transpose(apart, [2, 0, 3, 1, 4]), [blocks * block, pictures, ...extents]);
  const window = { strides: dilations, pads: [0, 0, 0, 0], kernel_shape: extents, dilations: strides, group: 1 };
  return transpose(fromBlocked(BlockedConv([images, kernels], window)[0]), [1, 0, 2, 3]);
}

/**
 * The channels of a block of x become columns beside each other: the kernel, moved by one column, meets the next channel,
 * and after all of them the next pixel. A row of results is then long enough to use what is loaded of the kernel several
 * times, and a reordering is all that x needs. Groups of pictures are summed up in the end.
 *
 * @param x blocked float32[n, c, h, w]
 * @param kernel height and width of the gradient
 */
function gradientInColumns(
  x: Value,
  kernel: readonly number[],
  { dy, frame, missing, extents, strides }: PictureKernel,
  block: number,
): Value {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const [pictures, blocks, pixels] = dy.shape as [number, number, number];
  const [top, left, bottom, right] = frame;
  const filled = reshape(fillUp(reshape(x, [n, c * h * w]), missing), [1, pictures, 1, c * h * w]);
  // Read as one image of so many "channels", its reordering brings a block of pictures together beside each number.
  const together = reshape(ReorderInput([filled], {})[0], [pictures / block, c / block, h, w, block * block]);
  const framed = pad(transpose(together, [1, 0, 2, 3, 4]), [0, 0, top, left, 0, 0, 0, bottom, right, 0]);
  const images = reshape(framed, [c / block, pictures, top + h + bottom, (left + w + right) * block]);

  const group = largestDivisor(pictures / block, (PIECES * block) / c);
  const apart = reshape(dy, [group, pictures / block / group, block, blocks, pixels, block]);
  const kernels = reshape(transpose(apart, [0, 3, 1, 4, 2, 5]), [group * blocks * block, pictures / group, ...extents]);
  const dilations = [strides[0]!, strides[1]! * block];
  const window = { strides: UNDILATED, pads: [0, 0, 0, 0], kernel_shape: extents, dilations, group };
  const result = BlockedConv([images, kernels], window)[0];
  const taps = kernel[0]! * kernel[1]!;
  const gradient = sum(reshape(result, [c / block, group, blocks, taps, block, block]), [1]);
  const outputsFirst = transpose(reshape(gradient, [c / block, blocks, taps * block ** 2]), [1, 0, 2]);
  const tapsAfter = transpose(reshape(outputsFirst, [(blocks * c) / block, taps, block, block]), [0, 2, 1, 3]);
  const outputsWhole = transpose(reshape(tapsAfter, [blocks, c * taps, block]), [0, 2, 1]);
  return reshape(outputsWhole, [blocks * block, c, ...kernel]);
}

/** Of `count`: at most `limit`, or 1. */
function largestDivisor(count: number, limit: number): number {
  let divisor = Math.max(1, Math.min(count, Math.floor(limit)));
  while (count % divisor !== 0) divisor--;
  return divisor;
}

/** `x` [n, …] with `missing` pictures of zeros after the last. */
function fillUp(x: Value, missing: number): Value {
  const none = x.shape.map(() => 0);
  return pad(x, [...none, missing, ...none.slice(1)]);
}
