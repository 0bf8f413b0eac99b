/** @file Pooling over windows of images float32[n, c, h, w]. */
import { ShapeError } from '../../core/errors.js';
import { lowerMaxPoolGradient } from '../lowering/max-pool.js';
import { noGradient, operator } from '../operator.js';
import { show, type TensorType, type Value } from '../value.js';
import { POOL_ATTRIBUTES, type PoolWindow, pooledShape, squareWindow } from './window.js';

const attributes = { ...POOL_ATTRIBUTES, dilations: 'ints' } as const;

/** @throws {ShapeError} unless x is float32[n, c, h, w] */
export function checkImages(name: string, x: TensorType): void {
  if (x.shape.length !== 4) throw new ShapeError(`${name}: expected float32[n, c, h, w], got ${show(x)}.`);
}

export const MaxPool = operator<1, 1, PoolWindow>({
  name: 'MaxPool',
  attributes,
  infer: ([x], window) => {
    checkImages('MaxPool', x);
    return [{ dtype: x.dtype, shape: pooledShape(x.shape, window) }];
  },
  gradient: ({ inputs: [x], outputs: [y], attributes }, [dy]) => [MaxPoolGradient([dy, x, y], attributes)[0]],
});

/** From dy, x and y the gradient of x: each dy goes to the first largest element of its window. */
export const MaxPoolGradient = operator<3, 1, PoolWindow>({
  name: 'MaxPoolGradient',
  attributes,
  infer: ([, x]) => [x],
  gradient: noGradient('second derivatives of a max pool are not needed here'),
  lower: (inputs, window, { device }) => [lowerMaxPoolGradient(inputs, window, device)],
});

/** Largest element in each square window of side `size`. */
export function maxPool(x: Value, size: number, stride: number, padding: number): Value {
  return MaxPool([x], { kernel_shape: [size, size], ...squareWindow(stride, padding) })[0];
}
