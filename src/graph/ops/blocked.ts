/**
 * @file ONNX Runtime's operators over blocked channels (its domain `com.microsoft.nchwc`, CPU only).
 *
 * A blocked tensor keeps the type of the float32[n, c, h, w] it stands for, c a multiple of the block, but its
 * elements lie as [n, c / block, h, w, block]: one vector register holds one pixel's block of channels. Where c is no
 * multiple, it has more channels than what it stands for; what they hold is finite, and read by nobody.
 */
import { noGradient, operator } from '../operator.js';
import type { Value } from '../value.js';
import { pad } from './padding.js';
import { reshape } from './reshape.js';
import { type Window, windowExtents } from './window.js';

const domain = 'com.microsoft.nchwc';
const gradient = noGradient('it is what other operators are lowered to, after differentiation');

export const ReorderInput = operator<1>({ name: 'ReorderInput', domain, infer: ([x]) => [x], gradient });

export const ReorderOutput = operator<1, 1, { channels: number }>({
  name: 'ReorderOutput',
  domain,
  attributes: { channels: 'int' },
  infer: ([x], { channels }) => [{ dtype: x.dtype, shape: x.shape.with(1, channels) }],
  gradient,
});

type BlockedWindow = Window & {
  readonly kernel_shape: readonly number[];
  readonly dilations: readonly number[];
  readonly group: number;
};

/**
 * Convolution of a blocked input, or of a plain one with fewer channels than a block, to a blocked output.
 *
 * The kernel's elements lie as [o / block, i / block, h, w, block of i, block of o]; as [o / block, i, h, w, block]
 * for a plain input. With groups, o counts the outputs of all of them, and i the inputs of one.
 */
export const BlockedConv = operator<2, 1, BlockedWindow>({
  name: 'Conv',
  domain,
  attributes: { strides: 'ints', pads: 'ints', kernel_shape: 'ints', dilations: 'ints', group: 'int' },
  infer: ([x, w], window) => [
    { dtype: x.dtype, shape: [x.shape[0]!, w.shape[0]!, ...windowExtents(x.shape, window.kernel_shape, window)] },
  ],
  gradient,
});

type Depthwise = { readonly group: number; readonly kernel_shape: readonly number[] };

/** Inputs: blocked x, scale float32[c, 1, 1, 1], shift float32[c] and, optionally, a blocked tensor to add. */
export const BlockedAffine = operator<number, 1, Depthwise>({
  name: 'Conv',
  domain,
  attributes: { group: 'int', kernel_shape: 'ints' },
  infer: ([x]) => [x!],
  gradient,
});

export type BlockedActivation = { readonly activation: string; readonly activation_params?: readonly number[] };

/** The same, then max(0, ·), if its activation is 'Relu', or 'Clip' to the least and the greatest of its parameters. */
export const BlockedAffineBounded = operator<number, 1, Depthwise & BlockedActivation>({
  name: 'Conv',
  domain,
  attributes: { group: 'int', kernel_shape: 'ints', activation: 'string', activation_params: 'floats' },
  infer: ([x]) => [x!],
  gradient,
});

/** A kernel as large as the image for each channel by itself: x [1, c, h, w], kernel [c, 1, h, w], both blocked. */
const BlockedDot = operator<2, 1, Depthwise>({
  name: 'Conv',
  domain,
  attributes: { group: 'int', kernel_shape: 'ints' },
  infer: ([x]) => [{ dtype: x.dtype, shape: [1, x.shape[1]!, 1, 1] }],
  gradient,
});

/**
 * Σ x·y over the pixels of each channel of each picture, in one pass that writes nothing: as a convolution of all
 * pictures' channels, whose kernel is y.
 *
 * @param x blocked float32[n, c, h, w], as y
 * @returns float32[1, n · c, 1, 1]
 */
export function blockedDot(x: Value, y: Value): Value {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const operands = [reshape(x, [1, n * c, h, w]), reshape(y, [n * c, 1, h, w])] as const;
  return BlockedDot(operands, { group: n * c, kernel_shape: [h, w] })[0];
}

/** float32[n, c, h, w], blocked, with so many channels. */
export function toBlocked(x: Value, channels = x.shape[1]!): Value {
  return blockedOf(x) ?? ReorderInput([pad(x, [0, 0, 0, 0, 0, channels - x.shape[1]!, 0, 0])], {})[0];
}

/** float32[n, c, h, w] from blocked, of whose channels the first c count. */
export function fromBlocked(x: Value, channels = x.shape[1]!): Value {
  return ReorderOutput([x], { channels })[0];
}

/** A number for each channel, with zeros for those that a blocked tensor has more. */
export function widened(vector: Value, channels: number): Value {
  return pad(vector, [0, channels - vector.shape[0]!]);
}

/** The blocked tensor that `x` is unpacked from, if it is. */
export function blockedOf(x: Value): Value | undefined {
  return x.kind === 'result' && x.node.definition === ReorderOutput.definition ? x.node.inputs[0] : undefined;
}

/** `scale · x + shift + addend` in one pass; scale and shift float32[c] for all channels of x, the others blocked. */
export function blockedAffine(x: Value, scale: Value, shift: Value, addend?: Value): Value {
  const channels = x.shape[1]!;
  const operands = [x, reshape(scale, [channels, 1, 1, 1]), shift, ...(addend ? [addend] : [])];
  return BlockedAffine(operands, { group: channels, kernel_shape: [1, 1] })[0];
}
