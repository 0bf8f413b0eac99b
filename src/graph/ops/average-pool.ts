/** @file Means over windows of images float32[n, c, h, w], and over whole images. */
import { operator } from '../operator.js';
import { floats, type Shape, scalar, sizeOf, type Value } from '../value.js';
import { ConvInputGradient } from './conv.js';
import { mul } from './elementwise.js';
import { checkImages } from './pool.js';
import { expand } from './reduce.js';
import { maximaGradient } from './reductions.js';
import { POOL_ATTRIBUTES, type PoolWindow, pooledShape, reachedWindow, windowOf } from './window.js';

type AverageWindow = Omit<PoolWindow, 'dilations'> & { readonly count_include_pad?: number };

/** A mean of what lies in the image, or with `count_include_pad` of its padding's zeros, too. */
export const AveragePool = operator<1, 1, AverageWindow>({
  name: 'AveragePool',
  attributes: { ...POOL_ATTRIBUTES, count_include_pad: 'int' },
  infer: ([x], window) => {
    checkImages('AveragePool', x);
    return [{ dtype: x.dtype, shape: pooledShape(x.shape, window) }];
  },
  gradient: ({ inputs: [x], attributes }, [dy]) => {
    const [, channels, ...extents] = x.shape as [number, number, number, number];
    const shares = floats(sharesOf(x.shape, attributes), dy.shape.slice(2));
    const window = { ...reachedWindow(x.shape, attributes), group: channels };
    const ones = expand(scalar(1), [channels, 1, ...attributes.kernel_shape]);
    return [ConvInputGradient([mul(dy, shares), ones], { ...window, extents })[0]];
  },
});

/** For each window, one over the number of pixels that count. */
function sharesOf(shape: Shape, window: AverageWindow): number[] {
  const { strides, pads } = windowOf(window);
  const [, , ...pooled] = pooledShape(shape, window);
  const counts = ([0, 1] as const).map((axis) => {
    const extent = shape[axis + 2]!;
    const [before, after] = window.count_include_pad === 1 ? [pads[axis]!, pads[axis + 2]!] : [0, 0];
    return Array.from({ length: pooled[axis]! }, (_, i) => {
      const first = i * strides[axis]! - pads[axis]!;
      const last = Math.min(first + window.kernel_shape[axis]!, extent + after);
      return last - Math.max(first, -before);
    });
  });
  return counts[0]!.flatMap((rows) => counts[1]!.map((columns) => 1 / (rows * columns)));
}

/** Mean over all pixels: float32[n, c, 1, 1]. */
export const GlobalAveragePool = operator<1>({
  name: 'GlobalAveragePool',
  infer: ([x]) => {
    checkImages('GlobalAveragePool', x);
    return [{ dtype: x.dtype, shape: [...x.shape.slice(0, 2), 1, 1] }];
  },
  gradient: ({ inputs: [x] }, [dy]) => [expand(mul(dy, scalar(1 / sizeOf(x.shape.slice(2)))), x.shape)],
});

/** Largest pixel: float32[n, c, 1, 1]. */
export const GlobalMaxPool = operator<1>({
  name: 'GlobalMaxPool',
  infer: ([x]) => {
    checkImages('GlobalMaxPool', x);
    return [{ dtype: x.dtype, shape: [...x.shape.slice(0, 2), 1, 1] }];
  },
  gradient: ({ inputs: [x], outputs: [y] }, [dy]) => [maximaGradient(x, y, dy, [2, 3])],
});

/** Mean of each window. */
export function averagePool(x: Value, window: AverageWindow): Value {
  return AveragePool([x], window)[0];
}
export function globalAveragePool(x: Value): Value {
  return GlobalAveragePool([x], {})[0];
}
export function globalMaxPool(x: Value): Value {
  return GlobalMaxPool([x], {})[0];
}
