/** @file Gradient cases of functions of each number. */
import * as operators from '#src/graph/ops/operators.js';
import { ints, scalar } from '#src/graph/value.js';
import { AWAY_FROM_ZERO, BETWEEN_WHOLE, type Cases, DISTINCT, gradientCase, POSITIVE } from './case.js';

const matrix = [[4, 5]] as const;
const pair = [
  [2, 3],
  [2, 3],
] as const;

/** Three times a standard normal: both sides of every bend. */
const WIDE = { sample: (z: number): number => 3 * z };

export const ACTIVATIONS = {
  Abs: [gradientCase('away from zero', matrix, operators.abs, AWAY_FROM_ZERO)],
  Reciprocal: [gradientCase('of positive numbers', matrix, operators.reciprocal, POSITIVE)],
  Sin: [gradientCase('of a matrix', matrix, operators.sin)],
  Cos: [gradientCase('of a matrix', matrix, operators.cos)],
  Erf: [gradientCase('of a matrix', matrix, operators.erf)],
  Pow: [
    gradientCase('of a base and its exponent', [[2, 3], [3]], operators.pow, POSITIVE),
    gradientCase('of negative numbers, squared', matrix, (x) => operators.pow(x, scalar(2))),
    gradientCase('to a whole power', matrix, (x) => operators.pow(x, ints([3], []))),
  ],
  Max: [
    gradientCase('of three', [[2, 3], [2, 3], [3]], operators.maximum, {
      sample: (z, _, position) => z + 10 * ((position * 7 + Math.round(Math.abs(z) * 1000)) % 3),
    }),
  ],
  Min: [gradientCase('of two', pair, operators.minimum, { sample: (z, _, position) => z + 20 * position })],
  Sigmoid: [gradientCase('of a matrix', matrix, operators.sigmoid, WIDE)],
  Tanh: [gradientCase('of a matrix', matrix, operators.tanh)],
  Softplus: [gradientCase('of a matrix', matrix, (x) => operators.Softplus([x], {})[0], WIDE)],
  Softsign: [gradientCase('of a matrix', matrix, (x) => operators.Softsign([x], {})[0])],
  LeakyRelu: [
    gradientCase('by default', matrix, (x) => operators.LeakyRelu([x], {})[0], AWAY_FROM_ZERO),
    gradientCase('with a slope', matrix, (x) => operators.LeakyRelu([x], { alpha: 0.3 })[0], AWAY_FROM_ZERO),
  ],
  Elu: [gradientCase('with α', matrix, (x) => operators.Elu([x], { alpha: 1.5 })[0], AWAY_FROM_ZERO)],
  Celu: [gradientCase('with α', matrix, (x) => operators.Celu([x], { alpha: 1.5 })[0], AWAY_FROM_ZERO)],
  Selu: [gradientCase('by default', matrix, (x) => operators.Selu([x], {})[0], AWAY_FROM_ZERO)],
  ThresholdedRelu: [
    gradientCase('between whole numbers', matrix, (x) => operators.ThresholdedRelu([x], {})[0], BETWEEN_WHOLE),
  ],
  HardSigmoid: [
    gradientCase('with bends at whole numbers', matrix, (x) => operators.HardSigmoid([x], { alpha: 0.5 })[0], {
      sample: (z) => BETWEEN_WHOLE.sample!(2 * z, 0, 0),
    }),
  ],
  HardSwish: [
    gradientCase('with bends at whole numbers', matrix, operators.hardSwish, {
      sample: (z) => BETWEEN_WHOLE.sample!(3 * z, 0, 0),
    }),
  ],
  Mish: [gradientCase('of a matrix', matrix, (x) => operators.Mish([x], {})[0], WIDE)],
  Swish: [
    gradientCase('of a matrix', matrix, operators.swish, WIDE),
    gradientCase('with α', matrix, (x) => operators.Swish([x], { alpha: 1.7 })[0]),
  ],
  PRelu: [
    gradientCase(
      'with a slope a channel',
      [
        [2, 3, 2, 2],
        [3, 1, 1],
      ],
      (x, slope) => operators.PRelu([x, slope], {})[0],
      AWAY_FROM_ZERO,
    ),
  ],
  Gelu: [
    gradientCase('exactly', matrix, (x) => operators.gelu(x), WIDE),
    gradientCase('nearly', matrix, (x) => operators.gelu(x, 'tanh'), WIDE),
  ],
  Clip: [
    gradientCase('to whole numbers', matrix, (x) => operators.clip(x, -1, 1), BETWEEN_WHOLE),
    gradientCase('from below only', matrix, (x) => operators.Clip([x, scalar(0)], {})[0], BETWEEN_WHOLE),
  ],
  Cast: [gradientCase('to the type it has', matrix, (x) => operators.Cast([x], { to: 1 })[0])],
  Softmax: [
    gradientCase('along the last axis', [[2, 3, 4]], (x) => operators.softmaxAlong(x)),
    gradientCase('along another', [[2, 3, 4]], (x) => operators.softmaxAlong(x, 1)),
  ],
  LogSoftmax: [
    gradientCase('along the last axis', [[2, 3, 4]], (x) => operators.logSoftmax(x)),
    gradientCase('along another', [[2, 3, 4]], (x) => operators.logSoftmax(x, -2)),
  ],
  ReduceMax: [
    gradientCase('over two axes', [[2, 3, 4]], (x) => operators.ReduceMax([x, ints([0, -1])], {})[0], DISTINCT),
    gradientCase('over all', [[2, 3]], (x) => operators.ReduceMax([x], { keepdims: 0 })[0], DISTINCT),
    gradientCase('shared by equals', [[2, 1]], (x) => {
      // Both halves of a row are x, so that each has half of the gradient.
      const twice = operators.concat([x, x], 1);
      return operators.ReduceMax([twice, ints([1])], { keepdims: 0 })[0];
    }),
  ],
  ReduceMin: [
    gradientCase(
      'over one axis',
      [[2, 3, 4]],
      (x) => operators.ReduceMin([x, ints([1])], { keepdims: 0 })[0],
      DISTINCT,
    ),
  ],
  ReduceL1: [
    gradientCase('over one axis', [[2, 3, 4]], (x) => operators.ReduceL1([x, ints([1])], {})[0], AWAY_FROM_ZERO),
  ],
  ReduceL2: [
    gradientCase('over two axes', [[2, 3, 4]], (x) => operators.ReduceL2([x, ints([1, 2])], { keepdims: 0 })[0]),
  ],
  ReduceSumSquare: [
    gradientCase('over the last axis', [[2, 3, 4]], (x) => operators.ReduceSumSquare([x, ints([-1])], {})[0]),
  ],
  ReduceLogSumExp: [
    gradientCase('over one axis', [[2, 3, 4]], (x) => operators.ReduceLogSumExp([x, ints([1])], { keepdims: 0 })[0]),
  ],
  LayerNormalization: [
    gradientCase('of the last axis', [[2, 3, 8], [8], [8]], (x, scale, bias) =>
      operators.layerNormalization(x, scale, bias),
    ),
    gradientCase(
      'of two axes, without bias',
      [
        [2, 3, 4],
        [3, 4],
      ],
      (x, scale) => operators.layerNormalization(x, scale, undefined, { axis: 1, epsilon: 0.1 }),
    ),
  ],
  RMSNormalization: [
    gradientCase('of the last axis', [[2, 3, 8], [8]], (x, scale) => operators.rmsNormalization(x, scale)),
  ],
  GroupNormalization: [
    gradientCase('of two groups', [[2, 6, 3, 2], [6], [6]], (x, scale, bias) =>
      operators.groupNormalization(x, scale, bias, { num_groups: 2 }),
    ),
  ],
  InstanceNormalization: [
    gradientCase('of images', [[2, 3, 4, 3], [3], [3]], (x, scale, bias) =>
      operators.instanceNormalization(x, scale, bias, { epsilon: 0.01 }),
    ),
  ],
  LpNormalization: [
    gradientCase('by squares', [[3, 5]], (x) => operators.lpNormalization(x)),
    gradientCase('by sizes', [[3, 5]], (x) => operators.lpNormalization(x, 0, 1), AWAY_FROM_ZERO),
  ],
} satisfies Record<string, Cases>;
