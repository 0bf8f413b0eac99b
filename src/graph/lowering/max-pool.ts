/** @file The gradient of a max pool, with the runtime's indices of the maxima where a device has them. */
import { noGradient, operator } from '../operator.js';
import { greater } from '../ops/comparison.js';
import { Conv } from '../ops/conv.js';
import { mul, where } from '../ops/elementwise.js';
import { scatterAdd } from '../ops/indexing.js';
import { expand } from '../ops/reduce.js';
import { reshape } from '../ops/reshape.js';
import { POOL_ATTRIBUTES, type PoolWindow, pooledShape, reachedWindow, squareWindow } from '../ops/window.js';
import type { Device } from '../target.js';
import { floats, scalar, sizeOf, type Value } from '../value.js';
import { portableInputGradient } from './portable-convolution.js';

/** Two outputs: the maxima, and the flat index into the input of each. */
const IndexedMaxPool = operator<1, 2, PoolWindow>({
  name: 'MaxPool',
  attributes: { ...POOL_ATTRIBUTES, dilations: 'ints' },
  infer: ([x], window) => {
    const shape = pooledShape(x.shape, window);
    return [
      { dtype: x.dtype, shape },
      { dtype: 'int64', shape },
    ];
  },
  gradient: noGradient('it is what the gradient of MaxPool is lowered to'),
});

type Inputs = readonly [dy: Value, x: Value, y: Value];

export function lowerMaxPoolGradient(inputs: Inputs, window: PoolWindow, device: Device): Value {
  return device === 'webgpu' ? byComparison(inputs, window) : byIndex(inputs, window);
}

function byIndex([dy, x, y]: Inputs, window: PoolWindow): Value {
  const index = IndexedMaxPool([x], window)[1];
  const count = sizeOf(y.shape);
  const zeros = expand(scalar(0), [sizeOf(x.shape)]);
  // Windows overlap, so an element may be the maximum of several: contributions add.
  return reshape(scatterAdd(zeros, reshape(index, [count, 1]), reshape(dy, [count])), x.shape);
}

/**
 * The runtime's WebGPU pool has no indices. Here one convolution lays each window's elements out as channels, the
 * first that equals the maximum is marked, and the transpose of that convolution takes dy back to it.
 */
function byComparison([dy, x, y]: Inputs, pool: PoolWindow): Value {
  const kernel = pool.kernel_shape;
  const [n, c, ...extents] = x.shape as [number, number, number, number];
  const pooled = y.shape.slice(2);
  const taps = sizeOf(kernel);
  const window = reachedWindow(x.shape, pool);
  const single = (image: Value): Value => reshape(image, [n * c, 1, ...image.shape.slice(2)]);
  const layOut = matrix(taps, (row, column) => row === column, [taps, 1, ...kernel]);

  const elements = Conv([single(x), layOut], window)[0];
  const inside = Conv([expand(scalar(1), [1, 1, ...extents]), layOut], window)[0];
  const largest = where(greater(single(y), elements), scalar(0), inside);
  const before = matrix(taps, (row, column) => column < row, [taps, taps, 1, 1]);
  const largestBefore = Conv([largest, before], squareWindow(1, 0))[0];
  const first = where(greater(largestBefore, scalar(0)), scalar(0), largest);
  const gradients = mul(first, reshape(dy, [n * c, 1, ...pooled]));
  return reshape(portableInputGradient(gradients, layOut, { ...window, extents }, 'webgpu'), x.shape);
}

/** 1 where `holds`, else 0. */
function matrix(size: number, holds: (row: number, column: number) => boolean, shape: readonly number[]): Value {
  return floats(
    Array.from({ length: size * size }, (_, i) => Number(holds(Math.floor(i / size), i % size))),
    shape,
  );
}
