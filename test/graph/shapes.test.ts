import { describe, expect, it } from 'vitest';
import { ShapeError } from '#src/core/errors.js';
import * as ops from '#src/graph/ops/operators.js';
import { input, show } from '#src/graph/value.js';

const [a, b] = [input('a', [2, 3]), input('b', [4])];
const images = input('images', [2, 3, 8, 6]);

describe('shape inference', () => {
  const inferred: [
    string,
    () => { dtype: 'float32' | 'int64' | 'int32' | 'bool'; shape: readonly number[] },
    string,
  ][] = [
    ['a broadcast sum', () => ops.add(input('x', [2, 1, 3]), input('y', [4, 1])), 'float32[2, 4, 3]'],
    ['a comparison', () => ops.greater(a, input('y', [3])), 'bool[2, 3]'],
    ['a transposed product', () => ops.matmul(a, input('y', [5, 3]), { transB: true }), 'float32[2, 5]'],
    [
      'a strided convolution',
      () => ops.conv(images, input('w', [5, 3, 3, 3]), { stride: 2, padding: 1 }),
      'float32[2, 5, 4, 3]',
    ],
    ['a pool', () => ops.maxPool(images, 3, 2, 1), 'float32[2, 3, 4, 3]'],
    ['rows', () => ops.gather(input('t', [9, 5]), input('i', [2, 4], 'int64')), 'float32[2, 4, 5]'],
    ['a slice with a step', () => ops.slice(images, [1], [8], [2], [3]), 'float32[2, 3, 3, 6]'],
    ['a cut', () => ops.pad(a, [0, -1, 0, -1]), 'float32[2, 1]'],
    ['a sum with axes kept', () => ops.sum(a, [1], true), 'float32[2, 1]'],
  ];
  for (const [what, build, expected] of inferred) {
    it(`gives ${what} the type ${expected}`, () => {
      expect(show(build())).toBe(expected);
    });
  }

  const refused: [string, () => unknown, string][] = [
    [
      'shapes that do not broadcast',
      () => ops.add(a, b),
      'Add: expected shapes that broadcast, got float32[2, 3] and float32[4].',
    ],
    [
      'branches that do not broadcast',
      () => ops.where(ops.greater(a, a), a, b),
      'Where: expected shapes that broadcast',
    ],
    [
      'matrices that do not multiply',
      () => ops.matmul(a, a),
      'Gemm: expected matrices that multiply, got float32[2, 3] and float32[2, 3].',
    ],
    [
      'a vector in a product',
      () => ops.matmul(b, a, { transA: true }),
      'Gemm: expected matrices that multiply, got float32[4] transposed',
    ],
    [
      'a kernel of other channels',
      () => ops.conv(images, input('w', [5, 4, 3, 3])),
      'Conv: expected float32[n, c, h, w] and float32[o, c, kh, kw]',
    ],
    ['a matrix as images', () => ops.conv(a, input('w', [5, 3, 3, 3])), 'Conv: expected float32[n, c, h, w]'],
    [
      'a kernel larger than the image',
      () => ops.conv(images, input('w', [5, 3, 7, 7])),
      'window: expected padded images of at least 7×7 pixels',
    ],
    [
      'a pool larger than the image',
      () => ops.maxPool(images, 9, 1, 0),
      'window: expected padded images of at least 9×9 pixels',
    ],
    [
      'a reshape to another size',
      () => ops.reshape(a, [4]),
      'Reshape: expected a shape of 6 elements for float32[2, 3], got [4].',
    ],
    [
      'a shape that is no constant',
      () => ops.Reshape([a, input('s', [2], 'int64')], {}),
      'Reshape: expected an int64 constant, got int64[2].',
    ],
    ['an expansion that does not fit', () => ops.expand(a, [2, 4]), 'Expand: expected shapes that broadcast'],
    [
      'axes that are no permutation',
      () => ops.transpose(a, [0, 0]),
      'Transpose: expected a permutation of the 2 axes of float32[2, 3], got [0,0].',
    ],
    [
      'parts that differ elsewhere',
      () => ops.concat([a, input('c', [3, 4])], 1),
      'Concat: expected shapes that differ in axis 1 only',
    ],
    ['parts that do not add up', () => ops.split(a, 1, [1, 1]), 'Split: expected parts that add up to 3 in axis 1'],
    ['a slice beyond the end', () => ops.slice(a, [0], [4], [1]), 'Slice: expected a window inside float32[2, 3]'],
    ['a slice backwards', () => ops.slice(a, [0], [2], [1], [-1]), 'Slice: expected a window inside float32[2, 3]'],
    [
      'mixed dtypes',
      () => ops.add(a, input('i', [2, 3], 'int64')),
      'Add: expected one dtype, got float32[2, 3] and int64[2, 3].',
    ],
    [
      'branches of mixed dtypes',
      () => ops.where(ops.greater(a, a), a, input('i', [2, 3], 'int64')),
      'Where: expected one dtype, got float32[2, 3] and int64[2, 3].',
    ],
    [
      'a condition that does not broadcast',
      () => ops.where(ops.greater(b, b), a, a),
      'Where: expected shapes that broadcast, got bool[4] and float32[2, 3].',
    ],
    [
      'batch normalisation of a matrix',
      () => ops.batchNorm(a, input('w', [3]), input('s', [3])),
      'BatchNorm: expected float32[n, c, h, w], float32[c] and float32[c], got float32[2, 3], float32[3], float32[3].',
    ],
    [
      'batch normalisation with a bias for other channels',
      () => ops.batchNorm(images, input('w', [3]), b),
      'BatchNorm: expected float32[n, c, h, w], float32[c] and float32[c], got float32[2, 3, 8, 6], float32[3], float32[4].',
    ],
    [
      'a scale for other channels',
      () => ops.channelAffine(images, b, input('shift', [3])),
      'ChannelAffine: expected float32[n, c, h, w], float32[c] and float32[c], got float32[2, 3, 8, 6], float32[4], float32[3].',
    ],
    [
      'rows numbered by floats',
      () => ops.gather(a, b),
      'Gather: expected a table with axis 0 and int64 numbers, got float32[2, 3] and float32[4].',
    ],
    [
      'elements of an axis that is not there',
      () => ops.gatherAxis(a, input('i', [4], 'int64'), 2),
      'Gather: expected a table with axis 2 and int64 numbers, got float32[2, 3] and int64[4].',
    ],
    [
      'a sum over an axis that is not there',
      () => ops.sum(a, [1, 2]),
      'ReduceSum: expected one or more axes of float32[2, 3], each once, got [1,2].',
    ],
    ['a sum from the end', () => ops.sum(a, [-1]), 'ReduceSum: expected one or more axes of float32[2, 3]'],
    ['a mean over one axis twice', () => ops.mean(a, [0, 0]), 'ReduceMean: expected one or more axes of float32[2, 3]'],
    ['a maximum over no axis', () => ops.max(a, []), 'ReduceMax: expected one or more axes of float32[2, 3]'],
    ['too few pads', () => ops.pad(a, [1, 1]), 'Pad: expected 4 amounts for float32[2, 3], got [1,1].'],
  ];
  for (const [what, build, message] of refused) {
    it(`refuses ${what}`, () => {
      expect(build).toThrow(ShapeError);
      expect(build).toThrow(message);
    });
  }
});
