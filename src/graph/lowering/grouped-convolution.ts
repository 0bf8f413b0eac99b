/**
 * @file Convolutions of channels in groups, over blocked channels.
 *
 * Where each channel has a kernel of its own (depthwise), the runtime has a direct convolution, which all three, forward
 * and both gradients, are brought to. Groups of fewer channels than a block are merged until they fill blocks, with
 * zeros between them.
 */
import { BlockedConv, blockedOf, fromBlocked, toBlocked } from '../ops/blocked.js';
import { mul } from '../ops/elementwise.js';
import { pad } from '../ops/padding.js';
import { sum } from '../ops/reduce.js';
import { reshape } from '../ops/reshape.js';
import { concat, transpose } from '../ops/shape.js';
import { slice } from '../ops/slice.js';
import type { InputGradientWindow, WeightGradientWindow, Window } from '../ops/window.js';
import { floats, type Value } from '../value.js';
import { type BackwardKernel, blockedInputGradient, readFrame } from './blocked-convolution.js';

/** Whether each channel has one kernel and is one output. */
function isDepthwise(w: readonly number[], { group = 1 }: Window): boolean {
  return group > 1 && w[1] === 1 && w[0] === group;
}

/** float32[c, 1, kh, kw] as [c / block, kh · kw, block]. */
function blockDepthwise(w: Value, block: number): Value {
  const [c, , kh, kw] = w.shape as [number, number, number, number];
  return transpose(reshape(w, [c / block, block, kh * kw]), [0, 2, 1]);
}

/** @returns `null` unless each channel has one kernel, and channels fill blocks */
export function depthwiseConv(x: Value, w: Value, window: Window, block: number): Value | null {
  const [c, , kh, kw] = w.shape as [number, number, number, number];
  if (!isDepthwise(w.shape, window) || c % block !== 0) return null;
  const { strides, pads, dilations = [1, 1] } = window;
  const kernel = reshape(blockDepthwise(w, block), w.shape);
  return fromBlocked(
    BlockedConv([toBlocked(x), kernel], { strides, pads, kernel_shape: [kh, kw], dilations, group: c })[0],
  );
}

/** @returns as `depthwiseConv` */
export function depthwiseInputGradient(dy: Value, w: Value, window: InputGradientWindow, block: number): Value | null {
  if (!isDepthwise(w.shape, window) || w.shape[0]! % block !== 0) return null;
  const backward: BackwardKernel = { kernel: blockDepthwise(w, block), taps: 1 };
  return blockedInputGradient(dy, w, window, block, backward);
}

/**
 * A depthwise convolution of all pictures' channels, whose kernel is dy: dilated by the stride, and moved by the dilation.
 *
 * @returns as `depthwiseConv`
 */
export function depthwiseWeightGradient(
  x: Value,
  dy: Value,
  window: WeightGradientWindow,
  block: number,
): Value | null {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const { strides, kernel, dilations = [1, 1] } = window;
  if (!isDepthwise([dy.shape[1]!, c / (window.group ?? 1)], window) || c % block !== 0) return null;
  const frame = readFrame(x.shape, dy.shape, window);
  const [top, left, bottom, right] = frame;
  const isInside = frame.every((amount) => amount >= 0);
  const lines = reshape(toBlocked(x), [(n * c) / block, h, w, block]);
  const images = isInside ? lines : pad(lines, [0, top, left, 0, 0, bottom, right, 0]);
  const [height, width] = isInside ? [h, w] : [h + top + bottom, w + left + right];
  const result = BlockedConv(
    [reshape(images, [1, n * c, height, width]), reshape(toBlocked(dy), [n * c, 1, ...dy.shape.slice(2)])],
    {
      strides: dilations,
      pads: isInside ? frame : [0, 0, 0, 0],
      kernel_shape: dy.shape.slice(2),
      dilations: strides,
      group: n * c,
    },
  )[0];
  const total = sum(reshape(result, [n, c, ...kernel]), [0]);
  return reshape(fromBlocked(reshape(total, [1, c, ...kernel])), [c, 1, ...kernel]);
}

/** How many groups are to be one, so that its channels and its outputs fill blocks; `null` if no number will do. */
function numMerged(channels: number, outputs: number, group: number, block: number): number | null {
  for (let merged = 1; merged <= Math.min(group, block); merged++) {
    if ((merged * channels) % block === 0 && (merged * outputs) % block === 0 && group % merged === 0) return merged;
  }
  return null;
}

/** 1 for a group's own channels, else 0: float32[1, merged, 1, merged, 1]. */
function ownChannels(merged: number): Value {
  return floats(
    Array.from({ length: merged ** 2 }, (_, i) => Number(i % (merged + 1) === 0)),
    [1, merged, 1, merged, 1],
  );
}

/** The same convolution in fewer groups, which fill blocks; `null` if there is none. */
export function mergeGroups<W extends Window>(
  w: Value,
  window: W,
  block: number,
): { readonly w: Value; readonly window: W } | null {
  const { group = 1 } = window;
  const [o, channels, kh, kw] = w.shape as [number, number, number, number];
  const outputs = o / group;
  const merged = numMerged(channels, outputs, group, block);
  if (merged === null || merged === 1) return merged && { w, window };
  const apart = reshape(w, [group / merged, merged, outputs, 1, channels * kh * kw]);
  const between = mul(apart, ownChannels(merged));
  return { w: reshape(between, [o, merged * channels, kh, kw]), window: { ...window, group: group / merged } };
}

/**
 * The gradient of each group's kernels by itself, and of merged groups that of their own channels.
 *
 * @param gradient of a kernel without groups
 * @returns `null` if groups do not fill blocks
 */
export function groupedWeightGradient(
  x: Value,
  dy: Value,
  { group = 1, ...window }: WeightGradientWindow,
  block: number,
  gradient: (x: Value, dy: Value, window: WeightGradientWindow) => Value,
): Value | null {
  const [channels, outputs] = [x.shape[1]! / group, dy.shape[1]! / group];
  const merged = numMerged(channels, outputs, group, block);
  if (merged === null) return null;
  const taps = window.kernel[0]! * window.kernel[1]!;
  const each = Array.from({ length: group / merged }, (_, i) => {
    const whole = gradient(
      channelsOf(x, i * merged * channels, merged * channels, block),
      channelsOf(dy, i * merged * outputs, merged * outputs, block),
      window,
    );
    if (merged === 1) return whole;
    const apart = reshape(whole, [1, merged, outputs, merged, channels * taps]);
    const own = sum(mul(apart, ownChannels(merged)), [3]);
    return reshape(own, [merged * outputs, channels, ...window.kernel]);
  });
  return each.length === 1 ? each[0]! : concat(each, 0);
}

/** Some channels of images, in blocks if the images are. */
function channelsOf(images: Value, first: number, count: number, block: number): Value {
  const inBlocks = blockedOf(images);
  if (inBlocks === undefined) return slice(images, [first], [first + count], [1]);
  const [n, c, h, w] = images.shape as [number, number, number, number];
  const lines = reshape(inBlocks, [n, c / block, h * w * block]);
  return fromBlocked(reshape(slice(lines, [first / block], [(first + count) / block], [1]), [n, count, h, w]));
}
