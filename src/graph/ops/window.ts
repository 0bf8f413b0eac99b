/** @file The sliding window shared by convolution and pooling. */
import { ShapeError } from '../../core/errors.js';
import type { Shape } from '../value.js';

/**
 * Strides [vertical, horizontal]; pads [top, left, bottom, right]; in pixels.
 *
 * `dilations`: how far apart the taps of the kernel are, 1 where absent. `group`: channels are in so many groups, each
 * with kernels of its own; one where absent.
 */
export type Window = {
  readonly strides: readonly number[];
  readonly pads: readonly number[];
  readonly dilations?: readonly number[];
  readonly group?: number;
};

/** As ONNX has it: what is absent has ONNX's default. */
export type ConvAttributes = Partial<Window> & { readonly kernel_shape?: readonly number[] };

export const CONV_ATTRIBUTES = {
  strides: 'ints',
  pads: 'ints',
  dilations: 'ints',
  group: 'int',
  kernel_shape: 'ints',
} as const;

/** The window, whole; of dilations and group only what is not one. */
export function windowOf({ strides = [1, 1], pads = [0, 0, 0, 0], dilations, group = 1 }: ConvAttributes): Window {
  return {
    strides,
    pads,
    ...(dilations?.some((apart) => apart !== 1) && { dilations }),
    ...(group !== 1 && { group }),
  };
}

/** `extents`: height and width of the images. */
export type InputGradientWindow = Window & { readonly extents: readonly number[] };

/** `kernel`: its height and width. */
export type WeightGradientWindow = Window & { readonly kernel: readonly number[] };

/** A window moving by `stride` over an image padded by `padding` on all four sides. */
export function squareWindow(stride: number, padding: number): Window {
  return { strides: [stride, stride], pads: [padding, padding, padding, padding] };
}

/** From the first tap of a kernel to its last, in pixels, for each axis. */
export function spread(kernel: readonly number[], dilations: readonly number[] = [1, 1]): readonly number[] {
  return kernel.map((taps, axis) => dilations[axis]! * (taps - 1) + 1);
}

/**
 * Height and width of what a window of `kernel` [h, w] makes of images of `shape` [n, c, h, w].
 *
 * @param ceil whether a last window that reaches beyond the padding counts, if it begins before it
 * @throws {ShapeError} if the padded images are smaller than the window
 */
export function windowExtents(
  shape: Shape,
  kernel: readonly number[],
  { strides, pads, dilations }: Window,
  ceil = false,
): [number, number] {
  const size = spread(kernel, dilations);
  const extent = (axis: 0 | 1): number => {
    const padded = shape[axis + 2]! + pads[axis]! + pads[axis + 2]!;
    if (padded < size[axis]!) {
      throw new ShapeError(
        `window: expected padded images of at least ${size.join('×')} pixels, got [${shape}] padded by [${pads}].`,
      );
    }
    const steps = (padded - size[axis]!) / strides[axis]!;
    if (!ceil) return Math.floor(steps) + 1;
    const last = Math.ceil(steps);
    return last * strides[axis]! < shape[axis + 2]! + pads[axis]! ? last + 1 : last;
  };
  return [extent(0), extent(1)];
}

/** A window over each channel by itself: `kernel_shape` is its height and width. What else is absent has ONNX's default. */
export type PoolWindow = Omit<ConvAttributes, 'kernel_shape' | 'group'> & {
  readonly kernel_shape: readonly number[];
  readonly ceil_mode?: number;
};

export const POOL_ATTRIBUTES = { kernel_shape: 'ints', strides: 'ints', pads: 'ints', ceil_mode: 'int' } as const;

/** What pooling makes of images of `shape` [n, c, h, w]. */
export function pooledShape(shape: Shape, { kernel_shape, ceil_mode, ...window }: PoolWindow): Shape {
  return [shape[0]!, shape[1]!, ...windowExtents(shape, kernel_shape, windowOf(window), ceil_mode === 1)];
}

/** The window of a pool with the padding that its last row and column reach, whatever they were counted by. */
export function reachedWindow(shape: Shape, pool: PoolWindow): Window {
  const window = windowOf(pool);
  const [, , ...pooled] = pooledShape(shape, pool);
  const size = spread(pool.kernel_shape, window.dilations);
  const end = (axis: 0 | 1): number => {
    const reached = (pooled[axis]! - 1) * window.strides[axis]! + size[axis]! - window.pads[axis]! - shape[axis + 2]!;
    return Math.max(window.pads[axis + 2]!, reached);
  };
  return { ...window, pads: [window.pads[0]!, window.pads[1]!, end(0), end(1)] };
}
