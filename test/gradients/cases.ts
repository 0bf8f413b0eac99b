/** @file Gradient cases. An operator that has a rule and no case here does not compile. */
import type { NoGradient } from '#src/graph/operator.js';
import * as operators from '#src/graph/ops/operators.js';
import { floats, ints, type Shape, scalar } from '#src/graph/value.js';
import { ACTIVATIONS } from './activation-cases.js';
import { AWAY_FROM_ZERO, type Cases, gradientCase, POSITIVE } from './case.js';
import { PRODUCTS } from './product-cases.js';

type Operators = typeof operators;

/** Every exported operator whose definition carries a rule. */
export type Differentiable = {
  [K in keyof Operators]: Operators[K] extends { readonly definition: { readonly gradient: infer G } }
    ? G extends NoGradient
      ? never
      : K
    : never;
}[keyof Operators];

const { reluGradient, where, greater, split, concat } = operators;

const channelled: readonly Shape[] = [[5, 16, 3, 4], [16], [16]];
const unevenlyChannelled: readonly Shape[] = [[3, 6, 5, 4], [6], [6]];

export const CASES: { readonly [K in Differentiable]: Cases } = {
  ...ACTIVATIONS,
  ...PRODUCTS,
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
    gradientCase('with a number', [[2, 3]], (x) => operators.Pad([x, ints([0, 1, 1, 0]), scalar(5)], {})[0]),
    gradientCase('of one axis', [[2, 3]], (x) => operators.Pad([x, ints([2, 1]), scalar(0), ints([-1])], {})[0]),
    gradientCase(
      'by reflection',
      [[1, 4, 5]],
      (x) => operators.Pad([x, ints([0, 2, 1, 0, 3, 4])], { mode: 'reflect' })[0],
    ),
    gradientCase('by the edge', [[2, 4]], (x) => operators.Pad([x, ints([1, 2, 0, 3])], { mode: 'edge' })[0]),
  ],
  Slice: [
    gradientCase('of two axes', [[4, 5, 2]], (x) => operators.slice(x, [1, -4], [4, -1], [0, 1])),
    gradientCase('with a step', [[7, 3]], (x) => operators.slice(x, [1], [100], [0], [3])),
    gradientCase('backwards', [[7, 3]], (x) => operators.slice(x, [-2, 2], [-100, -4], [0, 1], [-2, -1])),
    gradientCase('of the first axes', [[4, 5]], (x) => operators.Slice([x, ints([1]), ints([3])], {})[0]),
  ],
  Squeeze: [
    gradientCase('of an axis', [[2, 1, 3]], (x) => operators.squeeze(x, [-2])),
    gradientCase('of all', [[2, 1, 3, 1]], (x) => operators.Squeeze([x], {})[0]),
  ],
  Unsqueeze: [gradientCase('at both ends', [[2, 3]], (x) => operators.unsqueeze(x, [0, -1]))],
  Tile: [gradientCase('along two axes', [[2, 3, 1]], (x) => operators.tile(x, [2, 1, 3]))],
  GatherElements: [
    gradientCase(
      'along the last axis',
      [[2, 3]],
      (x) => operators.GatherElements([x, ints([2, 0, 0, 1, 1, 1], [2, 3])], { axis: -1 })[0],
    ),
  ],
  DepthToSpace: [
    gradientCase('depth first', [[2, 8, 3, 2]], (x) => operators.depthToSpace(x, 2)),
    gradientCase('column and row first', [[2, 8, 3, 2]], (x) => operators.depthToSpace(x, 2, 'CRD')),
  ],
  SpaceToDepth: [gradientCase('of squares', [[2, 3, 4, 6]], (x) => operators.spaceToDepth(x, 2))],
  ReduceSum: [
    gradientCase('over two axes', [[2, 3, 4]], (x) => operators.sum(x, [0, 2])),
    gradientCase('with axes kept', [[2, 3]], (x) => operators.sum(x, [1], true)),
  ],
  ReduceMean: [
    gradientCase('over two axes', [[2, 3, 4]], (x) => operators.mean(x, [0, 2])),
    gradientCase('with axes kept', [[2, 3]], (x) => operators.mean(x, [1], true)),
  ],
  Gather: [
    gradientCase('of rows, one of them twice', [[4, 5]], (table) =>
      operators.gather(table, ints([3, 0, 3, 1], [2, 2])),
    ),
    gradientCase('of columns, one of them twice', [[4, 5, 2]], (x) =>
      operators.gatherAxis(x, ints([3, 0, 3, -1], [2, 2]), 1),
    ),
    gradientCase('of a single column', [[4, 5, 2]], (x) => operators.Gather([x, ints([-2], [])], { axis: -2 })[0]),
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
