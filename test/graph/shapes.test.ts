import { describe, expect, it } from 'vitest';
import { ShapeError } from '#src/core/errors.js';
import { lower } from '#src/graph/lower.js';
import * as ops from '#src/graph/ops/operators.js';
import { PORTABLE } from '#src/graph/target.js';
import { input, ints, scalar, show } from '#src/graph/value.js';

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
    ['a sum from the end', () => ops.sum(a, [-1]), 'float32[2]'],
    ['a mean over all', () => ops.ReduceMean([images], { keepdims: 0 })[0], 'float32[]'],
    ['a slice beyond the end', () => ops.slice(a, [1], [9], [1]), 'float32[2, 2]'],
    ['a slice backwards', () => ops.slice(images, [-1], [-9], [2], [-3]), 'float32[2, 3, 3, 6]'],
    ['a depthwise convolution', () => ops.conv(images, input('w', [3, 1, 3, 3]), { group: 3 }), 'float32[2, 3, 6, 4]'],
    [
      'a convolution with holes',
      () => ops.Conv([images, input('w', [4, 3, 3, 2])], { dilations: [2, 3], pads: [1, 0, 0, 1] })[0],
      'float32[2, 4, 5, 4]',
    ],
    [
      'a transposed convolution',
      () => ops.convTranspose(images, input('w', [3, 4, 3, 3]), undefined, { strides: [2, 2], output_padding: [1, 0] }),
      'float32[2, 4, 18, 13]',
    ],
    [
      'a pool that reaches beyond',
      () => ops.averagePool(images, { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }),
      'float32[2, 3, 4, 3]',
    ],
    [
      'a pool whose last window would begin in the padding',
      () => ops.averagePool(images, { kernel_shape: [1, 1], strides: [3, 3], pads: [0, 0, 2, 2], ceil_mode: 1 }),
      'float32[2, 3, 3, 3]',
    ],
    [
      'products that broadcast',
      () => ops.matMul(input('x', [5, 1, 2, 3]), input('y', [4, 3, 6])),
      'float32[5, 4, 2, 6]',
    ],
    ['an implied equation', () => ops.einsum('...ik,kj', images, input('y', [6, 5])), 'float32[2, 3, 8, 5]'],
    ['a cast', () => ops.cast(a, 'int64'), 'int64[2, 3]'],
    ['a resize', () => ops.resize(images, [1, 1, 1.5, 0.5]), 'float32[2, 3, 12, 3]'],
    ['a single column', () => ops.Gather([a, ints([1], [])], { axis: -1 })[0], 'float32[2]'],
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
    [
      'a slice without a step',
      () => ops.slice(a, [0], [2], [1], [0]),
      'Slice: expected a start, an end and a step other than 0 for each of some axes of float32[2, 3], got [0] to [2] by [0] on axes [1].',
    ],
    ['a slice with fewer ends', () => ops.slice(a, [0, 0], [2], [0, 1]), 'Slice: expected a start, an end'],
    ['an axis that is not there', () => ops.softmaxAlong(a, 2), 'Softmax: expected an axis of float32[2, 3], got 2.'],
    ['an axis too far from the end', () => ops.squeeze(a, [-3]), 'Squeeze: expected an axis of float32[2, 3], got -3.'],
    [
      'a squeeze of more',
      () => ops.squeeze(a, [0]),
      'Squeeze: expected axes of float32[2, 3] with an extent of 1, got [0].',
    ],
    [
      'one new axis twice',
      () => ops.unsqueeze(a, [0, -4]),
      'Unsqueeze: expected axes of a result of 4 axes, each once, got [0,-4].',
    ],
    [
      'a shape with two open extents',
      () => ops.Reshape([a, ints([-1, -1])], {}),
      'Reshape: expected a shape of 6 elements',
    ],
    ['too few times', () => ops.tile(a, [2]), 'Tile: expected 2 numbers of times for float32[2, 3], got [2].'],
    [
      'padding by wrapping',
      () => ops.Pad([a, ints([0, 1, 0, 1])], { mode: 'wrap' }),
      "Pad: expected the mode 'constant', 'reflect' or 'edge', got 'wrap'.",
    ],
    ['a cast to text', () => ops.Cast([a], { to: 8 }), 'Cast: expected 1, 6, 7 or 9 as the type to cast to, got 8.'],
    [
      'a bias for other channels',
      () => ops.Conv([images, input('w', [5, 3, 3, 3]), b], {}),
      'Conv: expected a bias float32[5], got float32[4].',
    ],
    [
      'groups that do not divide the channels',
      () => ops.conv(images, input('w', [4, 2, 3, 3]), { group: 2 }),
      'Conv: expected float32[n, c, h, w] and float32[o, c, kh, kw] in 2 groups, got float32[2, 3, 8, 6] and float32[4, 2, 3, 3].',
    ],
    [
      'a transposed convolution of other channels',
      () => ops.convTranspose(images, input('w', [5, 3, 3, 3])),
      'ConvTranspose: expected float32[n, c, h, w] and float32[c, o, kh, kw], got float32[2, 3, 8, 6] and float32[5, 3, 3, 3].',
    ],
    [
      'a pool of a matrix',
      () => ops.globalAveragePool(a),
      'GlobalAveragePool: expected float32[n, c, h, w], got float32[2, 3].',
    ],
    ['a largest of a matrix’s windows', () => ops.maxPool(a, 2, 2, 0), 'MaxPool: expected float32[n, c, h, w]'],
    [
      'a sum with what does not broadcast',
      () => ops.Gemm([a, input('y', [3, 4]), input('c', [5, 2, 4])], {}),
      'Gemm: expected a sum with what broadcasts to float32[2, 4], got float32[5, 2, 4].',
    ],
    [
      'a product with a number',
      () => ops.matMul(a, scalar(2)),
      'MatMul: expected matrices that multiply, got float32[2, 3] and float32[].',
    ],
    [
      'a scale of other rows',
      () => ops.layerNormalization(a, input('s', [5, 2, 3])),
      'LayerNormalization: expected scale and bias that broadcast to float32[2, 3], got float32[5, 2, 3].',
    ],
    [
      'groups of no whole channels',
      () => ops.groupNormalization(images, input('s', [3]), input('t', [3]), { num_groups: 2 }),
      'GroupNormalization: expected float32[n, c, …], float32[c] and float32[c], with c in 2 groups, got float32[2, 3, 8, 6], float32[3], float32[3].',
    ],
    [
      'an unknown approximation',
      () => ops.Gelu([a], { approximate: 'sigmoid' }),
      "Gelu: expected to approximate by 'none' or 'tanh', got 'sigmoid'.",
    ],
    [
      'elements numbered by floats',
      () => ops.GatherElements([a, a], {}),
      'GatherElements: expected as many axes of int64 numbers, got float32[2, 3] and float32[2, 3].',
    ],
    [
      'squares that do not fit',
      () => ops.spaceToDepth(images, 4),
      'SpaceToDepth: expected extents that [1,1,4,4] divides, got float32[2, 3, 8, 6].',
    ],
    [
      'scales of too few axes',
      () => ops.resize(images, [2, 2]),
      'Resize: expected constant scales or sizes for 4 axes of float32[2, 3, 8, 6], got 2.',
    ],
    [
      'a resize by splines',
      () => lower({ y: ops.resize(images, [1, 1, 2, 2], { mode: 'spline' }) }, PORTABLE),
      "Resize: expected mode nearest, linear, cubic by coordinates half_pixel, pytorch_half_pixel, align_corners, asymmetric, got 'spline' by 'half_pixel', nearest 'round_prefer_floor'.",
    ],
    [
      'an equation for other operands',
      () => ops.einsum('ij,jk->ik', a),
      "Einsum: expected operands for 'ij,jk->ik', got float32[2, 3].",
    ],
    [
      'a letter for two extents',
      () => ops.einsum('ij,jk->ik', a, a),
      'Einsum: expected one extent for each letter, which no operand has twice, got float32[2, 3], float32[2, 3].',
    ],
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
