/** @file Convolution over images float32[n, c, h, w], and its two gradients, which ONNX does not have. */
import { ShapeError } from '../../core/errors.js';
import { lowerConv, lowerInputGradient, lowerWeightGradient } from '../lowering/convolution.js';
import { noGradient, operator } from '../operator.js';
import { show, type TensorType, type Value } from '../value.js';
import { sum } from './reduce.js';
import {
  CONV_ATTRIBUTES,
  type ConvAttributes,
  type InputGradientWindow,
  squareWindow,
  type WeightGradientWindow,
  type Window,
  windowExtents,
  windowOf,
} from './window.js';

/** @throws {ShapeError} unless `bias`, if there is one, is a number for each of `channels` */
export function checkBias(name: string, bias: TensorType | undefined, channels: number): void {
  if (bias !== undefined && (bias.shape.length !== 1 || bias.shape[0] !== channels)) {
    throw new ShapeError(`${name}: expected a bias float32[${channels}], got ${show(bias)}.`);
  }
}

/** Inputs x float32[n, c, h, w], w float32[o, c / group, kh, kw] and, optionally, a bias float32[o]. */
export const Conv = operator<number, 1, ConvAttributes>({
  name: 'Conv',
  attributes: CONV_ATTRIBUTES,
  infer: ([x, w, bias], attributes) => {
    const window = windowOf(attributes);
    const { group = 1 } = window;
    const fits = x?.shape.length === 4 && w?.shape.length === 4 && x.shape[1] === group * w.shape[1]!;
    if (!fits || w.shape[0]! % group !== 0) {
      const groups = group === 1 ? '' : ` in ${group} groups`;
      throw new ShapeError(
        `Conv: expected float32[n, c, h, w] and float32[o, c, kh, kw]${groups}, got ${show(x!)} and ${show(w!)}.`,
      );
    }
    checkBias('Conv', bias, w.shape[0]!);
    return [{ dtype: x.dtype, shape: [x.shape[0]!, w.shape[0]!, ...windowExtents(x.shape, w.shape.slice(2), window)] }];
  },
  gradient: ({ inputs: [x, w, bias], attributes }, [dy]) => {
    const window = windowOf(attributes);
    return [
      ConvInputGradient([dy, w!], { ...window, extents: x!.shape.slice(2) })[0],
      ConvWeightGradient([x!, dy], { ...window, kernel: w!.shape.slice(2) })[0],
      ...(bias ? [sum(dy, [0, 2, 3])] : []),
    ];
  },
  lower: ([x, w, bias], attributes, target) => lowerConv([x!, w!], bias, windowOf(attributes), target),
});

const secondOrder = noGradient('second derivatives of a convolution are not needed here');

/** From dy float32[n, o, oh, ow] and w float32[o, c / group, kh, kw] the gradient float32[n, c, h, w] of the images. */
export const ConvInputGradient = operator<2, 1, InputGradientWindow>({
  name: 'ConvInputGradient',
  attributes: { strides: 'ints', pads: 'ints', dilations: 'ints', group: 'int', extents: 'ints' },
  infer: ([dy, w], { extents, group = 1 }) => [
    { dtype: dy.dtype, shape: [dy.shape[0]!, group * w.shape[1]!, ...extents] },
  ],
  gradient: secondOrder,
  lower: lowerInputGradient,
});

/** From x float32[n, c, h, w] and dy float32[n, o, oh, ow] the gradient float32[o, c / group, kh, kw] of the kernel. */
export const ConvWeightGradient = operator<2, 1, WeightGradientWindow>({
  name: 'ConvWeightGradient',
  attributes: { strides: 'ints', pads: 'ints', dilations: 'ints', group: 'int', kernel: 'ints' },
  infer: ([x, dy], { kernel, group = 1 }) => [
    { dtype: x.dtype, shape: [dy.shape[1]!, x.shape[1]! / group, ...kernel] },
  ],
  gradient: secondOrder,
  lower: lowerWeightGradient,
});

/**
 * Convolution without bias.
 *
 * @param x float32[n, c, h, w]
 * @param w float32[o, c / group, kh, kw]
 * @param options.stride in pixels; default 1
 * @param options.padding zeros on all four sides, in pixels; default 0
 * @param options.group how many groups of channels have kernels of their own; default 1
 * @returns float32[n, o, oh, ow]
 */
export function conv(
  x: Value,
  w: Value,
  options: { readonly stride?: number; readonly padding?: number; readonly group?: number } = {},
): Value {
  const window: Window = squareWindow(options.stride ?? 1, options.padding ?? 0);
  return Conv([x, w], windowOf({ ...window, group: options.group ?? 1 }))[0];
}
