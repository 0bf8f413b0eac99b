/** @file Convolution over images float32[n, c, h, w], and its two gradients, which ONNX does not have. */
import { ShapeError } from '../../core/errors.js';
import { lowerConv, lowerInputGradient, lowerWeightGradient } from '../lowering/convolution.js';
import { noGradient, operator } from '../operator.js';
import { show, type Value } from '../value.js';
import {
  type InputGradientWindow,
  squareWindow,
  type WeightGradientWindow,
  type Window,
  windowExtents,
} from './window.js';

export const Conv = operator<2, 1, Window>({
  name: 'Conv',
  attributes: { strides: 'ints', pads: 'ints' },
  infer: ([x, w], window) => {
    if (x.shape.length !== 4 || w.shape.length !== 4 || x.shape[1] !== w.shape[1]) {
      throw new ShapeError(
        `Conv: expected float32[n, c, h, w] and float32[o, c, kh, kw], got ${show(x)} and ${show(w)}.`,
      );
    }
    const [height, width] = windowExtents(x.shape, w.shape.slice(2), window);
    return [{ dtype: x.dtype, shape: [x.shape[0]!, w.shape[0]!, height, width] }];
  },
  gradient: ({ inputs: [x, w], attributes: { strides, pads } }, [dy]) => [
    ConvInputGradient([dy, w], { strides, pads, extents: x.shape.slice(2) })[0],
    ConvWeightGradient([x, dy], { strides, pads, kernel: w.shape.slice(2) })[0],
  ],
  lower: lowerConv,
});

const secondOrder = noGradient('second derivatives of a convolution are not needed here');

/** From dy float32[n, o, oh, ow] and w float32[o, c, kh, kw] the gradient float32[n, c, h, w] of the images. */
export const ConvInputGradient = operator<2, 1, InputGradientWindow>({
  name: 'ConvInputGradient',
  attributes: { strides: 'ints', pads: 'ints', extents: 'ints' },
  infer: ([dy, w], { extents }) => [{ dtype: dy.dtype, shape: [dy.shape[0]!, w.shape[1]!, ...extents] }],
  gradient: secondOrder,
  lower: lowerInputGradient,
});

/** From x float32[n, c, h, w] and dy float32[n, o, oh, ow] the gradient float32[o, c, kh, kw] of the kernel. */
export const ConvWeightGradient = operator<2, 1, WeightGradientWindow>({
  name: 'ConvWeightGradient',
  attributes: { strides: 'ints', pads: 'ints', kernel: 'ints' },
  infer: ([x, dy], { kernel }) => [{ dtype: x.dtype, shape: [dy.shape[1]!, x.shape[1]!, ...kernel] }],
  gradient: secondOrder,
  lower: lowerWeightGradient,
});

/**
 * Convolution without bias.
 *
 * @param x float32[n, c, h, w]
 * @param w float32[o, c, kh, kw]
 * @param options.stride in pixels; default 1
 * @param options.padding zeros on all four sides, in pixels; default 0
 * @returns float32[n, o, oh, ow]
 */
export function conv(x: Value, w: Value, options: { readonly stride?: number; readonly padding?: number } = {}): Value {
  return Conv([x, w], squareWindow(options.stride ?? 1, options.padding ?? 0))[0];
}
