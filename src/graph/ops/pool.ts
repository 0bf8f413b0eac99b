/** @file Pooling over windows of images float32[n, c, h, w]. */
import { operator } from '../operator.js';
import { scalar, sizeOf, type Value } from '../value.js';
import { scatterAdd } from './indexing.js';
import { expand, reshape } from './shape.js';
import { squareWindow, type Window, windowExtents } from './window.js';

/** Two outputs: the maxima, and the flat index into the input of each. */
export const MaxPool = operator<1, 2, Window & { readonly kernel_shape: readonly number[] }>({
  name: 'MaxPool',
  attributes: { kernel_shape: 'ints', strides: 'ints', pads: 'ints' },
  infer: ([x], { kernel_shape, ...window }) => {
    const shape = [x.shape[0]!, x.shape[1]!, ...windowExtents(x.shape, kernel_shape, window)];
    return [
      { dtype: x.dtype, shape },
      { dtype: 'int64', shape },
    ];
  },
  gradient: ({ inputs: [x], outputs: [y, index] }, [dy]) => {
    const count = sizeOf(y.shape);
    const zeros = expand(scalar(0), [sizeOf(x.shape)]);
    // Windows overlap, so an element may be the maximum of several: contributions add.
    const flat = scatterAdd(zeros, reshape(index, [count, 1]), reshape(dy!, [count]));
    return [reshape(flat, x.shape)];
  },
});

/** Largest element in each square window of side `size`. */
export function maxPool(x: Value, size: number, stride: number, padding: number): Value {
  return MaxPool([x], { kernel_shape: [size, size], ...squareWindow(stride, padding) })[0];
}
