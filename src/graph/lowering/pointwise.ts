/** @file The gradient of a 1×1 kernel: a matrix product over all pixels of all pictures. */
import { fromBlocked, toBlocked } from '../ops/blocked.js';
import { matmul } from '../ops/linear.js';
import { products } from '../ops/products.js';
import { sum } from '../ops/reduce.js';
import { reshape } from '../ops/reshape.js';
import { transpose } from '../ops/shape.js';
import { slice } from '../ops/slice.js';
import type { WeightGradientWindow } from '../ops/window.js';
import type { Value } from '../value.js';

/**
 * dw = Σ over pictures and pixels of dy·x.
 *
 * As a direct convolution, whose kernel would be dy and whose result one pixel, it is three to five times slower:
 * there are no neighbouring results that could share what is loaded.
 *
 * @returns float32[o, c, 1, 1]; `null` if the kernel is larger, or padded, or x has no blocks or no whole strides
 */
export function pointwiseWeightGradient(
  x: Value,
  dy: Value,
  { strides, pads, kernel }: WeightGradientWindow,
  block: number,
): Value | null {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const [, o, oh, ow] = dy.shape as [number, number, number, number];
  if (kernel.some((taps) => taps !== 1) || pads.some((amount) => amount !== 0)) return null;
  if (c % block !== 0 || h !== strides[0]! * oh || w !== strides[1]! * ow) return null;

  const seen = fromBlocked(everyStride(toBlocked(x), strides, block));
  const pixels = oh * ow;
  // Products of their own for each picture need no transposing, but their results have to be added up.
  if (o * c < pixels * (o + c)) {
    const perPicture = (images: Value): Value => reshape(images, [n, images.shape[1]!, pixels]);
    const perPictures = products(perPicture(dy), perPicture(seen), false, true);
    return reshape(sum(perPictures, [0]), [o, c, 1, 1]);
  }
  const perChannel = (images: Value): Value =>
    reshape(transpose(reshape(images, [n, images.shape[1]!, pixels]), [1, 0, 2]), [images.shape[1]!, n * pixels]);
  return reshape(matmul(perChannel(dy), perChannel(seen), { transB: true }), [o, c, 1, 1]);
}

/** The pixels of blocked images that a stride does not leap over. */
function everyStride(x: Value, strides: readonly number[], block: number): Value {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  if (strides.every((stride) => stride === 1)) return x;
  const [oh, ow] = [h / strides[0]!, w / strides[1]!];
  const apart = reshape(x, [(n * c) / block, oh, strides[0]!, ow, strides[1]! * block]);
  return reshape(slice(apart, [0, 0], [1, block], [2, 4]), [n, c, oh, ow]);
}
