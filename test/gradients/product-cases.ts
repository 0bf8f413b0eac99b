/** @file Gradient cases of convolutions, pools and products. */
import * as operators from '#src/graph/ops/operators.js';
import { type Cases, DISTINCT, gradientCase } from './case.js';
import { CONVOLUTIONS, describeConvolution, GROUPED, kernelShape, windowAttributes } from './convolutions.js';

const images = [[2, 2, 6, 7]] as const;

export const PRODUCTS = {
  Gemm: [
    gradientCase(
      'A·B',
      [
        [2, 3],
        [3, 4],
      ],
      (a, b) => operators.matmul(a, b),
    ),
    gradientCase(
      'Aᵀ·B',
      [
        [3, 2],
        [3, 4],
      ],
      (a, b) => operators.matmul(a, b, { transA: true }),
    ),
    gradientCase(
      'A·Bᵀ',
      [
        [2, 3],
        [4, 3],
      ],
      (a, b) => operators.matmul(a, b, { transB: true }),
    ),
    gradientCase(
      'Aᵀ·Bᵀ',
      [
        [3, 2],
        [4, 3],
      ],
      (a, b) => operators.matmul(a, b, { transA: true, transB: true }),
    ),
    gradientCase(
      'α A·Bᵀ + β C',
      [[2, 3], [4, 3], [4]],
      (a, b, c) => operators.Gemm([a, b, c], { transB: 1, alpha: 0.5, beta: 2 })[0],
    ),
  ],
  MatMul: [
    gradientCase(
      'of many matrices and one',
      [
        [2, 3, 4],
        [4, 5],
      ],
      operators.matMul,
    ),
    gradientCase(
      'of as many',
      [
        [2, 3, 4, 5],
        [2, 3, 5, 2],
      ],
      operators.matMul,
    ),
    gradientCase(
      'of matrices that broadcast',
      [
        [3, 4, 5],
        [2, 1, 5, 2],
      ],
      operators.matMul,
    ),
    gradientCase('of a vector and matrices', [[4], [2, 4, 3]], operators.matMul),
    gradientCase('of matrices and a vector', [[2, 3, 4], [4]], operators.matMul),
    gradientCase('of vectors', [[4], [4]], operators.matMul),
  ],
  Einsum: [
    gradientCase(
      'of matrices',
      [
        [2, 3, 4],
        [2, 5, 4],
      ],
      (a, b) => operators.einsum('bij,bkj->bik', a, b),
    ),
    gradientCase(
      'with axes left open',
      [
        [2, 3, 4],
        [4, 5],
      ],
      (a, b) => operators.einsum('...i,ij->...j', a, b),
    ),
    gradientCase('that sums what one operand alone has', [[2, 3], [3]], (a, b) => operators.einsum('ij,j->j', a, b)),
    gradientCase('of one operand', [[2, 3, 4]], (a) => operators.einsum('abc->ca', a)),
  ],
  Conv: [
    ...CONVOLUTIONS.map((c) =>
      gradientCase(
        describeConvolution(c),
        [
          [c.batch, c.channels, ...c.extents],
          [c.filters, c.channels, c.kernel, c.kernel],
        ],
        (x, w) => operators.conv(x, w, c),
      ),
    ),
    ...GROUPED.map((c) =>
      gradientCase(
        describeConvolution(c),
        [[c.batch, c.channels, ...c.extents], kernelShape(c), [c.filters]],
        (x, w, b) => operators.Conv([x, w, b], windowAttributes(c))[0],
      ),
    ),
  ] as unknown as Cases,
  ConvTranspose: [
    gradientCase('of a stride', [[2, 4, 4, 3], [4, 3, 3, 3], [3]], (x, w, b) =>
      operators.convTranspose(x, w, b, { strides: [2, 2], pads: [1, 1, 1, 1], output_padding: [1, 1] }),
    ),
    gradientCase(
      'of channels in blocks',
      [
        [2, 16, 4, 3],
        [16, 16, 2, 2],
      ],
      (x, w) => operators.convTranspose(x, w, undefined, { strides: [2, 2] }),
    ),
    gradientCase(
      'of groups',
      [
        [2, 4, 4, 3],
        [4, 3, 3, 3],
      ],
      (x, w) => operators.convTranspose(x, w, undefined, { group: 2, dilations: [2, 1], pads: [0, 1, 1, 0] }),
    ),
    gradientCase(
      'of groups that make one channel of three',
      [
        [2, 6, 4, 3],
        [6, 1, 3, 3],
      ],
      (x, w) => operators.convTranspose(x, w, undefined, { group: 2, strides: [2, 2] }),
    ),
  ],
  MaxPool: [
    gradientCase('of overlapping windows', images, (x) => operators.maxPool(x, 3, 2, 1), DISTINCT),
    gradientCase('of windows that touch', images, (x) => operators.maxPool(x, 2, 2, 0), DISTINCT),
    gradientCase('of windows inside the image', images, (x) => operators.maxPool(x, 3, 2, 0), DISTINCT),
    gradientCase(
      'of windows that reach beyond the image',
      images,
      (x) => operators.MaxPool([x], { kernel_shape: [3, 2], strides: [2, 2], ceil_mode: 1 })[0],
      DISTINCT,
    ),
    gradientCase(
      'of windows with holes',
      images,
      (x) => operators.MaxPool([x], { kernel_shape: [2, 2], dilations: [2, 3] })[0],
      DISTINCT,
    ),
  ],
  AveragePool: [
    gradientCase('of windows that touch', images, (x) =>
      operators.averagePool(x, { kernel_shape: [2, 2], strides: [2, 2] }),
    ),
    gradientCase('of padded windows, without the padding', images, (x) =>
      operators.averagePool(x, { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }),
    ),
    gradientCase('of padded windows, with the padding', images, (x) =>
      operators.averagePool(x, { kernel_shape: [3, 3], strides: [2, 1], pads: [1, 0, 1, 1], count_include_pad: 1 }),
    ),
    gradientCase('of windows that reach beyond the image', images, (x) =>
      operators.averagePool(x, { kernel_shape: [3, 2], strides: [2, 2], ceil_mode: 1 }),
    ),
    gradientCase('of padded windows beyond the padding', [[2, 16, 6, 7]], (x) =>
      operators.averagePool(x, {
        kernel_shape: [3, 3],
        strides: [2, 2],
        pads: [1, 1, 0, 0],
        ceil_mode: 1,
        count_include_pad: 1,
      }),
    ),
  ],
  GlobalAveragePool: [gradientCase('of images', images, operators.globalAveragePool)],
  GlobalMaxPool: [gradientCase('of images', images, operators.globalMaxPool, DISTINCT)],
  Resize: [
    gradientCase('to the nearest', images, (x) =>
      operators.resize(x, [1, 1, 2, 1.5], { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }),
    ),
    gradientCase('linearly', images, (x) => operators.resize(x, [1, 1, 2, 0.5], { mode: 'linear' })),
    gradientCase('by a cubic', images, (x) => operators.resize(x, [1, 1, 1.5, 2], { mode: 'cubic' })),
  ],
} satisfies Record<string, Cases>;
