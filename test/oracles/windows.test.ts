import * as ops from '#src/graph/ops/operators.js';
import { floats, type Shape, type Value } from '#src/graph/value.js';
import { describeConvolution, GROUPED, kernelShape, windowAttributes } from '../gradients/convolutions.js';
import { at, type Definition, describeDefinitions, fromIndex } from './compare.js';
import { type Tensor, zeros } from './tensor.js';

type Window = Required<ReturnType<typeof windowAttributes>>;

/** Calls with every product that a convolution sums: places in images, kernel and result. */
function products(
  [n, o, oh, ow]: Shape,
  [, channels, kh, kw]: Shape,
  [h, w]: Shape,
  { strides, pads, dilations, group }: Omit<Window, 'kernel_shape'>,
  product: (image: readonly number[], kernel: readonly number[], result: readonly number[]) => void,
): void {
  const spots = fromIndex([n!, o!, oh!, ow!, channels!, kh!, kw!], () => 0);
  fromIndex(spots.shape, ([picture, output, row, column, channel, ky, kx]) => {
    const y = row! * strides[0]! + ky! * dilations[0]! - pads[0]!;
    const x = column! * strides[1]! + kx! * dilations[1]! - pads[1]!;
    if (y < 0 || x < 0 || y >= h! || x >= w!) return 0;
    const first = Math.floor(output! / (o! / group)) * channels!;
    product([picture!, first + channel!, y, x], [output!, channel!, ky!, kx!], [picture!, output!, row!, column!]);
    return 0;
  });
}

function add({ shape, data }: Tensor, index: readonly number[], amount: number): void {
  const flat = shape.reduce((sum, extent, axis) => sum * extent + index[axis]!, 0);
  data[flat] = data[flat]! + amount;
}

const NONE = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], group: 1 };

describeDefinitions('a convolution', [
  ...GROUPED.map((c): Definition => {
    const window = windowAttributes(c) as Window;
    const images = [c.batch, c.channels, ...c.extents];
    return {
      name: describeConvolution(c),
      inputs: [images, kernelShape(c), [c.filters]],
      build: (x, w, b) => ops.Conv([x!, w!, b!], window)[0],
      define: (x, w, b) => {
        const extents = ([0, 1] as const).map((axis) => {
          const size = window.dilations[axis]! * (c.kernel - 1) + 1;
          return Math.floor((c.extents[axis] + window.pads[axis]! + window.pads[axis + 2]! - size) / c.stride) + 1;
        });
        const y = zeros(c.batch, c.filters, ...extents);
        products(y.shape, w!.shape, c.extents, window, (image, kernel, result) =>
          add(y, result, at(x!, image) * at(w!, kernel)),
        );
        return fromIndex(y.shape, (index) => at(y, index) + b!.data[index[1]!]!);
      },
    };
  }),
  {
    name: 'ConvTranspose',
    inputs: [[2, 4, 4, 3], [4, 3, 3, 3], [6]],
    build: (x, w, b) =>
      ops.convTranspose(x!, w!, b!, { strides: [2, 2], pads: [1, 0, 1, 1], output_padding: [1, 0], group: 2 }),
    define: (x, w, b) => {
      const y = zeros(2, 6, 2 * 3 + 3 - 2 + 1, 2 * 2 + 3 - 1);
      // What a convolution of y would read for a result is where that result goes.
      const window = { ...NONE, strides: [2, 2], pads: [1, 0, 1, 1], group: 2 };
      products(x!.shape, w!.shape, y.shape.slice(2), window, (image, kernel, result) =>
        add(y, image, at(x!, result) * at(w!, kernel)),
      );
      return fromIndex(y.shape, (index) => at(y, index) + b!.data[index[1]!]!);
    },
  },
]);

/** The numbers of the images inside each window, and how many the window would have with its padding. */
function pooled(
  x: Tensor,
  shape: Shape,
  window: { kernel: Shape; strides: Shape; pads: Shape; dilations?: Shape },
  pool: (inside: number[], withPadding: number) => number,
): Tensor {
  const { kernel, strides, pads, dilations = [1, 1] } = window;
  return fromIndex(shape, ([n, c, row, column]) => {
    const inside: number[] = [];
    let withPadding = 0;
    for (let ky = 0; ky < kernel[0]!; ky++) {
      for (let kx = 0; kx < kernel[1]!; kx++) {
        const y = row! * strides[0]! + ky * dilations[0]! - pads[0]!;
        const left = column! * strides[1]! + kx * dilations[1]! - pads[1]!;
        if (y < x.shape[2]! + pads[2]! && left < x.shape[3]! + pads[3]!) withPadding++;
        if (y >= 0 && left >= 0 && y < x.shape[2]! && left < x.shape[3]!) inside.push(at(x, [n!, c!, y, left]));
      }
    }
    return pool(inside, withPadding);
  });
}
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
const mean = (inside: number[]): number => sum(inside) / inside.length;
const meanWithPadding = (inside: number[], count: number): number => sum(inside) / count;
const largest = (inside: number[]): number => Math.max(...inside);

function pool(
  name: string,
  attributes: { kernel_shape: Shape; strides?: Shape; pads?: Shape; dilations?: Shape; ceil_mode?: number },
  shape: Shape,
  build: (x: Value) => Value,
  define: (inside: number[], withPadding: number) => number,
): Definition {
  const { kernel_shape: kernel, strides = [1, 1], pads = [0, 0, 0, 0], dilations = [1, 1] } = attributes;
  return {
    name,
    inputs: [[2, 16, 6, 7]],
    build: (x) => build(x!),
    define: (x) => pooled(x!, shape, { kernel, strides, pads, dilations }, define),
  };
}

const padded = { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] };
const beyond = { kernel_shape: [3, 2], strides: [2, 2], ceil_mode: 1 };
const beyondPadding = { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 0, 0], ceil_mode: 1 };
const within = { kernel_shape: [2, 2], strides: [2, 2], pads: [0, 1, 0, 1], ceil_mode: 1 };
const holes = { kernel_shape: [2, 2], dilations: [2, 3] };

describeDefinitions('a pool', [
  pool('AveragePool, padded', padded, [2, 16, 3, 4], (x) => ops.averagePool(x, padded), mean),
  pool(
    'AveragePool that counts its padding',
    padded,
    [2, 16, 3, 4],
    (x) => ops.averagePool(x, { ...padded, count_include_pad: 1 }),
    meanWithPadding,
  ),
  pool('AveragePool beyond the image', beyond, [2, 16, 3, 4], (x) => ops.averagePool(x, beyond), mean),
  pool(
    'AveragePool beyond its padding',
    beyondPadding,
    [2, 16, 3, 4],
    (x) => ops.averagePool(x, { ...beyondPadding, count_include_pad: 1 }),
    meanWithPadding,
  ),
  pool(
    'AveragePool without a window that begins in the padding',
    within,
    [2, 16, 3, 4],
    (x) => ops.averagePool(x, within),
    mean,
  ),
  pool('MaxPool, padded', padded, [2, 16, 3, 4], (x) => ops.MaxPool([x], padded)[0], largest),
  pool('MaxPool beyond the image', beyond, [2, 16, 3, 4], (x) => ops.MaxPool([x], beyond)[0], largest),
  pool('MaxPool with holes', holes, [2, 16, 4, 4], (x) => ops.MaxPool([x], holes)[0], largest),
  pool('GlobalAveragePool', { kernel_shape: [6, 7] }, [2, 16, 1, 1], ops.globalAveragePool, mean),
  pool('GlobalMaxPool', { kernel_shape: [6, 7] }, [2, 16, 1, 1], ops.globalMaxPool, largest),
]);

/** The numbers between which place `x` of an axis lies, as linear interpolation weighs them. */
function between(values: readonly number[], x: number): number {
  const clamped = Math.min(Math.max(x, 0), values.length - 1);
  const low = Math.floor(clamped);
  return values[low]! + (clamped - low) * ((values[low + 1] ?? values[low]!) - values[low]!);
}
/** One row of pixels, stretched. */
function stretched(
  name: string,
  scale: number,
  to: number,
  attributes: Parameters<typeof ops.resize>[2],
  value: (values: readonly number[], i: number) => number,
): Definition {
  return {
    name,
    inputs: [[1, 2, 1, 5]],
    build: (x) => ops.resize(x!, [1, 1, 1, scale], attributes),
    define: (x) => fromIndex([1, 2, 1, to], ([, c, , i]) => value(Array.from(x!.data.slice(5 * c!, 5 * c! + 5)), i!)),
  };
}

const linear = { mode: 'linear' };
describeDefinitions('Resize', [
  stretched('linearly', 2, 10, linear, (v, i) => between(v, (i + 0.5) / 2 - 0.5)),
  stretched('linearly to fewer', 0.6, 3, linear, (v, i) => between(v, (i + 0.5) / 0.6 - 0.5)),
  stretched('linearly by corners', 2, 10, { ...linear, coordinate_transformation_mode: 'align_corners' }, (v, i) =>
    between(v, (i * 4) / 9),
  ),
  stretched('linearly by pixels', 2, 10, { ...linear, coordinate_transformation_mode: 'asymmetric' }, (v, i) =>
    between(v, i / 2),
  ),
  stretched('to the nearest', 2, 10, {}, (v, i) => v[Math.floor(i / 2)]!),
  stretched(
    'to the nearest before',
    1.6,
    8,
    { nearest_mode: 'floor', coordinate_transformation_mode: 'asymmetric' },
    (v, i) => v[Math.floor(i / 1.6)]!,
  ),
  {
    name: 'to sizes, of two axes',
    inputs: [[2, 3, 4, 5]],
    build: (x) => ops.Resize([x!, floats([]), floats([1, 1, 2, 3])], linear)[0],
    define: (x) =>
      fromIndex([2, 3, 8, 15], ([n, c, row, column]) => {
        const across = Array.from({ length: 4 }, (_, y) =>
          between(
            Array.from({ length: 5 }, (_, left) => at(x!, [n!, c!, y, left])),
            (column! + 0.5) / 3 - 0.5,
          ),
        );
        return between(across, (row! + 0.5) / 2 - 0.5);
      }),
  },
]);
