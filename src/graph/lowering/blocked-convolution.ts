/**
 * @file A convolution and its gradients as convolutions over blocked channels: the fast way on a CPU.
 *
 * All three run at the speed of a large matrix product, because each is the same direct convolution: the gradient of
 * the images one with the kernel turned around, that of the kernel one with batch and channels exchanged.
 */

import { BlockedConv, blockedOf, fromBlocked, ReorderInput, toBlocked } from '../ops/blocked.js';
import type { InputGradientWindow, WeightGradientWindow } from '../ops/conv.js';
import { gatherAxis } from '../ops/indexing.js';
import { concat, expand, pad, reshape, transpose } from '../ops/shape.js';
import type { Window } from '../ops/window.js';
import { ints, scalar, type Value } from '../value.js';

const UNDILATED = [1, 1];

/**
 * @param w float32[o, c, kh, kw]
 * @returns `null` unless o is a multiple of `block`, and c is, too, or is smaller
 */
export function blockedConv(x: Value, w: Value, { strides, pads }: Window, block: number): Value | null {
  const [o, c, kh, kw] = w.shape as [number, number, number, number];
  if (o % block !== 0 || (c % block !== 0 && c > block)) return null;
  const window = { strides, pads, kernel_shape: [kh, kw], dilations: UNDILATED };
  if (c < block) {
    const kernel = transpose(reshape(w, [o / block, block, c * kh * kw]), [0, 2, 1]);
    return fromBlocked(BlockedConv([x, reshape(kernel, w.shape)], window)[0]);
  }
  return fromBlocked(BlockedConv([toBlocked(x), reshape(blockOutputs(w, block), w.shape)], window)[0]);
}

/** float32[o, c, kh, kw] as [o / block, c / block, kh · kw, block of c, block of o]: maps c channels to o. */
function blockOutputs(w: Value, block: number): Value {
  const [o, c, kh, kw] = w.shape as [number, number, number, number];
  return transpose(reshape(w, [o / block, block, c / block, block, kh * kw]), [0, 2, 4, 3, 1]);
}

/** float32[o, c, kh, kw] as [c / block, o / block, kh · kw, block of o, block of c]: maps o channels back to c. */
function blockInputs(w: Value, block: number): Value {
  const [o, c, kh, kw] = w.shape as [number, number, number, number];
  return transpose(reshape(w, [o / block, block, c / block, block, kh * kw]), [2, 0, 4, 1, 3]);
}

/** What the gradient at rows (or columns) phase, phase + stride, … reads of dy. */
interface Phase {
  /** Kernel rows, in the order in which they meet growing rows of dy. */
  readonly taps: readonly number[];
  readonly padBegin: number;
  readonly padEnd: number;
}

function phasesOf(axis: 0 | 1, dy: Value, w: Value, { strides, pads, extents }: InputGradientWindow): Phase[] {
  const stride = strides[axis]!;
  const begin = pads[axis]!;
  return Array.from({ length: stride }, (_, phase) => {
    const taps: number[] = [];
    for (let tap = w.shape[axis + 2]! - 1; tap >= 0; tap--) if ((phase + begin - tap) % stride === 0) taps.push(tap);
    const offset = (tap: number): number => (phase + begin - tap) / stride;
    const rows = Math.ceil((extents[axis]! - phase) / stride);
    const last = taps.at(-1);
    return {
      taps,
      padBegin: taps[0] === undefined ? 0 : -offset(taps[0]),
      padEnd: last === undefined ? 0 : rows + offset(last) - dy.shape[axis + 2]!,
    };
  });
}

/**
 * One convolution of dy for each of the stride² phases of the image, interleaved; with stride 1 there is one.
 *
 * @returns `null` if channels do not fill blocks, or a phase would need a negative padding, which the runtime's
 *   convolution does not take
 */
export function blockedInputGradient(dy: Value, w: Value, window: InputGradientWindow, block: number): Value | null {
  const [o, c, , kw] = w.shape as [number, number, number, number];
  const { strides, extents } = window;
  if (o % block !== 0 || c % block !== 0) return null;
  const [rows, columns] = [phasesOf(0, dy, w, window), phasesOf(1, dy, w, window)];
  if ([...rows, ...columns].some(({ padBegin, padEnd }) => padBegin < 0 || padEnd < 0)) return null;
  if (extents.some((extent, axis) => extent % strides[axis]! !== 0)) return null;
  const n = dy.shape[0]!;
  const [height, width] = [extents[0]! / strides[0]!, extents[1]! / strides[1]!];
  const [blockedDy, kernel] = [toBlocked(dy), blockInputs(w, block)];

  const imageOf = (row: Phase, column: Phase): Value => {
    const taps = row.taps.flatMap((y) => column.taps.map((x) => y * kw + x));
    if (taps.length === 0) return expand(scalar(0), [n, c, height, width]);
    const kernelShape = [row.taps.length, column.taps.length];
    const chosen = reshape(gatherAxis(kernel, ints(taps), 2), [c, w.shape[0]!, ...kernelShape]);
    const pads = [row.padBegin, column.padBegin, row.padEnd, column.padEnd];
    return BlockedConv([blockedDy, chosen], {
      strides: [1, 1],
      pads,
      kernel_shape: kernelShape,
      dilations: UNDILATED,
    })[0];
  };
  const interleavedRows = rows.map((row) => {
    const images = columns.map((column) =>
      reshape(imageOf(row, column), [(n * c) / block, height, 1, width, 1, block]),
    );
    return images.length === 1 ? images[0]! : concat(images, 4);
  });
  const image = interleavedRows.length === 1 ? interleavedRows[0]! : concat(interleavedRows, 2);
  return fromBlocked(reshape(image, [n, c, ...extents]));
}

/**
 * A convolution whose images are the channels of x and whose kernel is dy: its "channels" are the pictures.
 *
 * Stride becomes dilation. The batch is filled up with zeros to whole blocks.
 *
 * @returns `null` unless the channels of dy fill blocks
 */
export function blockedWeightGradient(
  x: Value,
  dy: Value,
  { strides, pads, kernel }: WeightGradientWindow,
  block: number,
): Value | null {
  const [n, , h, wd] = x.shape as [number, number, number, number];
  const [, o, oh, ow] = dy.shape as [number, number, number, number];
  if (o % block !== 0) return null;
  const needed = [strides[0]! * (oh - 1) + kernel[0]!, strides[1]! * (ow - 1) + kernel[1]!] as const;
  const missing = (block - (n % block)) % block;
  const [bottom, right] = [needed[0] - h - pads[0]!, needed[1] - wd - pads[1]!];
  const images = exchange(x, [pads[0]!, pads[1]!, bottom, right], missing, block);

  const pictures = n + missing;
  const blockedDy = reshape(toBlocked(dy), [n, o / block, oh * ow, block]);
  const padded = missing ? pad(blockedDy, [0, 0, 0, 0, missing, 0, 0, 0]) : blockedDy;
  const kernels = transpose(reshape(padded, [pictures / block, block, o / block, oh * ow, block]), [2, 0, 3, 1, 4]);
  const window = { strides: UNDILATED, pads: [0, 0, 0, 0], kernel_shape: [oh, ow], dilations: strides };
  const result = BlockedConv([images, reshape(kernels, [o, pictures, oh, ow])], window)[0];
  return transpose(fromBlocked(result), [1, 0, 2, 3]);
}

/**
 * Images of pictures and channels exchanged, framed by `frame` zeros (top, left, bottom, right) and `missing` pictures:
 * blocked float32[c, n, h, w], its blocks of pictures.
 */
function exchange(x: Value, frame: readonly number[], missing: number, block: number): Value {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const [top, left, bottom, right] = frame as [number, number, number, number];
  const inBlocks = blockedOf(x);
  if (inBlocks === undefined || missing > 0) {
    const exchanged = transpose(x, [1, 0, 2, 3]);
    const amounts = [0, 0, top, left, 0, missing, bottom, right];
    return toBlocked(amounts.some((amount) => amount !== 0) ? pad(exchanged, amounts) : exchanged);
  }
  // Read as one image of n "channels", x's reordering brings a block of pictures together beside each number.
  const pictures = ReorderInput([reshape(inBlocks, [1, n, 1, c * h * w])], {})[0];
  const apart = reshape(pictures, [n / block, c / block, h * w, block, block]);
  const exchanged = reshape(transpose(apart, [1, 3, 0, 2, 4]), [c, n / block, h, w, block]);
  const framed = pad(exchanged, [0, 0, top, left, 0, 0, 0, bottom, right, 0]);
  return reshape(framed, [c, n, top + h + bottom, left + w + right]);
}
