/** @file The sliding window shared by convolution and pooling. */
import { ShapeError } from '../../core/errors.js';
import type { Shape } from '../value.js';

/** Strides [vertical, horizontal]; pads [top, left, bottom, right]; in pixels. */
export type Window = {
  readonly strides: readonly number[];
  readonly pads: readonly number[];
};

/** `extents`: height and width of the images. */
export type InputGradientWindow = Window & { readonly extents: readonly number[] };

/** `kernel`: its height and width. */
export type WeightGradientWindow = Window & { readonly kernel: readonly number[] };

/** A window moving by `stride` over an image padded by `padding` on all four sides. */
export function squareWindow(stride: number, padding: number): Window {
  return { strides: [stride, stride], pads: [padding, padding, padding, padding] };
}

/**
 * Height and width of what a window of `kernel` [h, w] makes of images of `shape` [n, c, h, w].
 *
 * @throws {ShapeError} if the padded images are smaller than the window
 */
export function windowExtents(shape: Shape, kernel: readonly number[], { strides, pads }: Window): [number, number] {
  const extent = (axis: 0 | 1): number => {
    const padded = shape[axis + 2]! + pads[axis]! + pads[axis + 2]!;
    if (padded < kernel[axis]!) {
      throw new ShapeError(
        `window: expected padded images of at least ${kernel.join('×')} pixels, got [${shape}] padded by [${pads}].`,
      );
    }
    return Math.floor((padded - kernel[axis]!) / strides[axis]!) + 1;
  };
  return [extent(0), extent(1)];
}

/** A window over each channel by itself: `kernel_shape` is its height and width. */
export type PoolWindow = Window & { readonly kernel_shape: readonly number[] };

export const POOL_ATTRIBUTES = { kernel_shape: 'ints', strides: 'ints', pads: 'ints' } as const;

/** What pooling makes of images of `shape` [n, c, h, w]. */
export function pooledShape(shape: Shape, { kernel_shape, ...window }: PoolWindow): Shape {
  return [shape[0]!, shape[1]!, ...windowExtents(shape, kernel_shape, window)];
}
