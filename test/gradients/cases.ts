/** @file Gradient cases. An operator that has a rule and no case here does not compile. */
import type { NoGradient } from '#src/graph/operator.js';
import * as operators from '#src/graph/ops/operators.js';
import { floats, ints, type Shape, scalar, type Value } from '#src/graph/value.js';
import type { GradientCase } from './check.js';
import { CONVOLUTIONS, describeConvolution } from './convolutions.js';

type Operators = typeof operators;

/** Every exported operator whose definition carries a rule. */
export type Differentiable = {
  [K in keyof Operators]: Operators[K] extends { readonly definition: { readonly gradient: infer G } }
    ? G extends NoGradient
      ? never
      : K
    : never;
}[keyof Operators];

type Domain = Pick<GradientCase, 'sample'>;

const { conv, reluGradient, where, greater, split, concat } = operators;

function gradientCase(
  name: string,
  inputs: readonly Shape[],
  build: (...xs: Value[]) => Value,
  domain: Domain = {},
): GradientCase {
  return { name, inputs, build: (xs) => [build(...xs)], ...domain };
}

const POSITIVE: Domain = { sample: (z) => Math.abs(z) + 0.5 };
const AWAY_FROM_ZERO: Domain = { sample: (z) => z + 0.2 * Math.sign(z) };
/** A permutation of 0.05, 0.1, …, 8.4: the largest in a window leads by more than a step. */
const DISTINCT: Domain = { sample: (_, index) => 0.05 * (1 + ((index * 97) % 168)) };

const channelled: readonly Shape[] = [[5, 16, 3, 4], [16], [16]];
const unevenlyChannelled: readonly Shape[] = [[3, 6, 5, 4], [6], [6]];

export const CASES: { readonly [K in Differentiable]: readonly [GradientCase, ...GradientCase[]] } = {
  Add: [
    gradientCase(
      'of equal shapes',
      [
        [2, 3],
        [2, 3],
      ],
      operators.add,
    ),
    gradientCase('with a row', [[2, 3], [3]], operators.add),
    gradientCase(
      'of a column and a row',
      [
        [2, 1],
        [1, 3],
      ],
      operators.add,
    ),
    gradientCase('of a value and itself', [[4]], (x) => operators.add(x, x)),
  ],
  Sub: [
    gradientCase(
      'of equal shapes',
      [
        [2, 3],
        [2, 3],
      ],
      operators.sub,
    ),
    gradientCase('with a scalar first', [[], [2, 3]], operators.sub),
  ],
  Mul: [
    gradientCase(
      'of equal shapes',
      [
        [2, 3],
        [2, 3],
      ],
      operators.mul,
    ),
    gradientCase('with a scalar', [[2, 3], []], operators.mul),
    gradientCase('of a value and itself', [[4]], (x) => operators.mul(x, x)),
  ],
  Div: [gradientCase('by a row', [[2, 3], [3]], operators.div, POSITIVE)],
  Neg: [gradientCase('of a vector', [[3]], operators.neg)],
  Exp: [gradientCase('of a matrix', [[2, 3]], operators.exp)],
  Log: [gradientCase('of positive numbers', [[2, 3]], operators.log, POSITIVE)],
  Sqrt: [gradientCase('of positive numbers', [[2, 3]], operators.sqrt, POSITIVE)],
  Relu: [gradientCase('away from zero', [[4, 5]], operators.relu, AWAY_FROM_ZERO)],
  ReluGradient: [
    gradientCase(
      'away from zero',
      [
        [4, 5],
        [4, 5],
      ],
      reluGradient,
      AWAY_FROM_ZERO,
    ),
  ],
  Where: [
    gradientCase('by a constant condition, broadcast', [[2, 3], [3]], (a, b) =>
      where(greater(floats([1, -1, 2]), scalar(0)), a, b),
    ),
  ],
  Reshape: [gradientCase('of a matrix', [[2, 3]], (x) => operators.reshape(x, [3, 2]))],
  Flatten: [gradientCase('of images', [[2, 3, 2, 2]], operators.flatten)],
  Expand: [gradientCase('to a new axis and a wider one', [[2, 1]], (x) => operators.expand(x, [4, 2, 3]))],
  Transpose: [gradientCase('of three axes', [[2, 3, 4]], (x) => operators.transpose(x, [2, 0, 1]))],
  Concat: [
    gradientCase(
      'of uneven parts',
      [
        [2, 3],
        [2, 1],
      ],
      (a, b) => concat([a, b], 1),
    ),
  ],
  Split: [
    { name: 'with both parts used', inputs: [[2, 5]], build: ([x]) => split(x!, 1, [2, 3]) },
    { name: 'with one part used', inputs: [[2, 5]], build: ([x]) => split(x!, 1, [2, 3]).slice(1) },
  ],
  Pad: [
    gradientCase('outwards', [[2, 3]], (x) => operators.pad(x, [1, 0, 2, 1])),
    gradientCase('inwards', [[4, 5]], (x) => operators.pad(x, [1, 0, -1, -2])),
  ],
  ReduceSum: [
    gradientCase('over two axes', [[2, 3, 4]], (x) => operators.sum(x, [0, 2])),
    gradientCase('with axes kept', [[2, 3]], (x) => operators.sum(x, [1], true)),
  ],
  ReduceMean: [
    gradientCase('over two axes', [[2, 3, 4]], (x) => operators.mean(x, [0, 2])),
    gradientCase('with axes kept', [[2, 3]], (x) => operators.mean(x, [1], true)),
  ],
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
  ],
  Gather: [
    gradientCase('of rows, one of them twice', [[4, 5]], (table) =>
      operators.gather(table, ints([3, 0, 3, 1], [2, 2])),
    ),
  ],
  Conv: CONVOLUTIONS.map((c) =>
    gradientCase(
      describeConvolution(c),
      [
        [c.batch, c.channels, ...c.extents],
        [c.filters, c.channels, c.kernel, c.kernel],
      ],
      (x, w) => conv(x, w, c),
    ),
  ) as [GradientCase, ...GradientCase[]],
  MaxPool: [
    gradientCase('of overlapping windows', [[2, 2, 6, 7]], (x) => operators.maxPool(x, 3, 2, 1), DISTINCT),
    gradientCase('of windows that touch', [[2, 2, 6, 7]], (x) => operators.maxPool(x, 2, 2, 0), DISTINCT),
    gradientCase('of windows inside the image', [[2, 2, 6, 7]], (x) => operators.maxPool(x, 3, 2, 0), DISTINCT),
  ],
  BatchNorm: [
    gradientCase('of blocks of channels', channelled, (x, w, b) => operators.batchNorm(x, w, b).y),
    gradientCase('of an odd number of channels', unevenlyChannelled, (x, w, b) => operators.batchNorm(x, w, b).y),
  ],
  ChannelAffine: [
    gradientCase('of blocks of channels', channelled, operators.channelAffine),
    gradientCase('of an odd number of channels', unevenlyChannelled, operators.channelAffine),
  ],
};
