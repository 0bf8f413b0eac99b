import * as ops from '#src/graph/ops/operators.js';
import { ints, type Shape, scalar, type Value } from '#src/graph/value.js';
import { along, at, type Definition, describeDefinitions, fromIndex } from './compare.js';
import type { Tensor } from './tensor.js';

const { exp, log, abs, sqrt, tanh, max, min } = Math;

/** By a series whose terms all have the sign of x (Abramowitz and Stegun, 7.1.6). */
function erf(x: number): number {
  let term = x;
  let total = x;
  for (let n = 1; n < 400; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    total += term;
  }
  return abs(x) > 6 ? Math.sign(x) : (2 / sqrt(Math.PI)) * exp(-x * x) * total;
}
const sigmoid = (x: number): number => 1 / (1 + exp(-x));
const softplus = (x: number): number => log(1 + exp(x));

/** A function of each of three times as many normal numbers. */
function each(name: string, build: (x: Value) => Value, f: (x: number) => number): Definition {
  return {
    name,
    inputs: [[4, 25]],
    build: (x) => build(ops.mul(x!, scalar(3))),
    define: (x) => fromIndex(x!.shape, (index) => f(Math.fround(3 * at(x!, index)))),
  };
}

describeDefinitions('a function of each number', [
  each('Abs', ops.abs, abs),
  each('Sign', ops.sign, Math.sign),
  each('Floor', (x) => ops.Floor([x], {})[0], Math.floor),
  each('Ceil', (x) => ops.Ceil([x], {})[0], Math.ceil),
  each('Round', (x) => ops.Round([x], {})[0], Math.round),
  each('Reciprocal', ops.reciprocal, (x) => 1 / x),
  each('Sin', ops.sin, Math.sin),
  each('Cos', ops.cos, Math.cos),
  each('Erf', ops.erf, erf),
  each(
    'Pow',
    (x) => ops.pow(x, scalar(3)),
    (x) => x ** 3,
  ),
  each('Sigmoid', ops.sigmoid, sigmoid),
  each('Tanh', ops.tanh, tanh),
  each('Softplus', (x) => ops.Softplus([x], {})[0], softplus),
  each(
    'Softsign',
    (x) => ops.Softsign([x], {})[0],
    (x) => x / (1 + abs(x)),
  ),
  each(
    'LeakyRelu',
    (x) => ops.LeakyRelu([x], {})[0],
    (x) => (x > 0 ? x : 0.01 * x),
  ),
  each(
    'Elu',
    (x) => ops.Elu([x], { alpha: 0.7 })[0],
    (x) => (x > 0 ? x : 0.7 * (exp(x) - 1)),
  ),
  each(
    'Celu',
    (x) => ops.Celu([x], { alpha: 0.7 })[0],
    (x) => (x > 0 ? x : 0.7 * (exp(x / 0.7) - 1)),
  ),
  each(
    'Selu',
    (x) => ops.Selu([x], {})[0],
    (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (exp(x) - 1)),
  ),
  each(
    'ThresholdedRelu',
    (x) => ops.ThresholdedRelu([x], {})[0],
    (x) => (x > 1 ? x : 0),
  ),
  each(
    'HardSigmoid',
    (x) => ops.HardSigmoid([x], {})[0],
    (x) => max(0, min(1, 0.2 * x + 0.5)),
  ),
  each('HardSwish', ops.hardSwish, (x) => x * max(0, min(1, x / 6 + 0.5))),
  each(
    'Mish',
    (x) => ops.Mish([x], {})[0],
    (x) => x * tanh(softplus(x)),
  ),
  each(
    'Swish',
    (x) => ops.Swish([x], { alpha: 1.7 })[0],
    (x) => x * sigmoid(1.7 * x),
  ),
  each(
    'Gelu',
    (x) => ops.gelu(x),
    (x) => (x * (1 + erf(x / Math.SQRT2))) / 2,
  ),
  each(
    'Gelu by tanh',
    (x) => ops.gelu(x, 'tanh'),
    (x) => 0.5 * x * (1 + tanh(sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  ),
  each(
    'Clip',
    (x) => ops.clip(x, -1, 6),
    (x) => max(-1, min(6, x)),
  ),
  each('Cast', (x) => ops.cast(ops.cast(x, 'int32'), 'float32'), Math.trunc),
]);

/** Both broadcast. */
function pairs(name: string, build: (a: Value, b: Value) => Value, f: (a: number, b: number) => number): Definition {
  return {
    name,
    inputs: [
      [2, 3, 1],
      [3, 4],
    ],
    build: (a, b) => build(a!, b!),
    define: (a, b) => fromIndex([2, 3, 4], (index) => f(at(a!, index), at(b!, index))),
  };
}
const signs = (a: Value, b: Value): [Value, Value] => [ops.greater(a, scalar(0)), ops.greater(b, scalar(0))];
const asNumber = (condition: Value): Value => ops.where(condition, scalar(1), scalar(0));

describeDefinitions('a function of two numbers', [
  pairs('Max', ops.maximum, max),
  pairs('Min', ops.minimum, min),
  pairs(
    'Pow',
    (a, b) => ops.pow(ops.abs(a), b),
    (a, b) => abs(a) ** b,
  ),
  pairs(
    'Less',
    (a, b) => asNumber(ops.less(a, b)),
    (a, b) => Number(a < b),
  ),
  pairs(
    'Greater',
    (a, b) => asNumber(ops.greater(a, b)),
    (a, b) => Number(a > b),
  ),
  pairs(
    'LessOrEqual',
    (a, b) => asNumber(ops.LessOrEqual([a, ops.maximum(a, b)], {})[0]),
    () => 1,
  ),
  pairs(
    'GreaterOrEqual',
    (a, b) => asNumber(ops.GreaterOrEqual([a, ops.maximum(a, b)], {})[0]),
    (a, b) => Number(a >= b),
  ),
  pairs(
    'Equal',
    (a, b) => asNumber(ops.equal(a, ops.maximum(a, b))),
    (a, b) => Number(a >= b),
  ),
  pairs(
    'And',
    (a, b) => asNumber(ops.And(signs(a, b), {})[0]),
    (a, b) => Number(a > 0 && b > 0),
  ),
  pairs(
    'Or',
    (a, b) => asNumber(ops.Or(signs(a, b), {})[0]),
    (a, b) => Number(a > 0 || b > 0),
  ),
  pairs(
    'Xor',
    (a, b) => asNumber(ops.Xor(signs(a, b), {})[0]),
    (a, b) => Number(a > 0 !== b > 0),
  ),
  pairs(
    'Not',
    (a, b) => asNumber(ops.Not([ops.greater(a, b)], {})[0]),
    (a, b) => Number(a <= b),
  ),
  {
    name: 'PRelu',
    inputs: [
      [2, 3, 4],
      [3, 1],
    ],
    build: (x, slope) => ops.PRelu([x!, slope!], {})[0],
    define: (x, slope) => fromIndex([2, 3, 4], (i) => at(x!, i) * (at(x!, i) > 0 ? 1 : at(slope!, i))),
  },
]);

const total = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
const logSumExp = (numbers: readonly number[]): number => log(total(numbers.map(exp)));

/** `x` reduced over its first and last axis. */
function reduced(operator: typeof ops.ReduceSum, reduce: (numbers: number[]) => number): Definition {
  return {
    name: operator.definition.name,
    inputs: [[3, 4, 5]],
    build: (x) => operator([x!, ints([0, -1])], {})[0],
    define: (x) => fromIndex([1, 4, 1], (index) => reduce(along(x!, index, [0, 2]))),
  };
}
describeDefinitions('a reduction', [
  reduced(ops.ReduceSum, total),
  reduced(ops.ReduceMean, (x) => total(x) / x.length),
  reduced(ops.ReduceMax, (x) => max(...x)),
  reduced(ops.ReduceMin, (x) => min(...x)),
  reduced(ops.ReduceL1, (x) => total(x.map(abs))),
  reduced(ops.ReduceL2, (x) => Math.hypot(...x)),
  reduced(ops.ReduceSumSquare, (x) => total(x.map((number) => number ** 2))),
  reduced(ops.ReduceLogSumExp, logSumExp),
]);

/** x less its mean over its deviation, along axes. */
function standard(x: Tensor, axes: readonly number[], epsilon: number): Tensor {
  return fromIndex(x.shape, (index) => {
    const all = along(x, index, axes);
    const mean = total(all) / all.length;
    const variance = total(all.map((number) => (number - mean) ** 2)) / all.length;
    return (at(x, index) - mean) / sqrt(variance + epsilon);
  });
}
/** [n, c, …] as [n, groups, rest] and back. */
function grouped(x: Tensor, groups: number, f: (rows: Tensor) => Tensor): Tensor {
  const rows: Shape = [x.shape[0]!, groups, x.data.length / x.shape[0]! / groups];
  return { shape: x.shape, data: f({ shape: rows, data: x.data }).data };
}
const channel = (vector: Tensor, index: readonly number[]): number => vector.data[index[1]!]!;

describeDefinitions('normalisation', [
  ...[0, -1].map((axis) => ({
    name: `Softmax along axis ${axis}`,
    inputs: [[3, 4]],
    build: (x: Value) => ops.softmaxAlong(x, axis),
    define: (x: Tensor) => fromIndex(x.shape, (i) => exp(at(x, i)) / total(along(x, i, [axis === 0 ? 0 : 1]).map(exp))),
  })),
  {
    name: 'LogSoftmax',
    inputs: [[3, 4]],
    build: (x) => ops.logSoftmax(x!),
    define: (x) => fromIndex(x!.shape, (i) => at(x!, i) - logSumExp(along(x!, i, [1]))),
  },
  {
    name: 'LayerNormalization',
    inputs: [[2, 3, 8], [8], [8]],
    build: (x, scale, bias) => ops.layerNormalization(x!, scale!, bias),
    define: (x, scale, bias) => {
      const normalised = standard(x!, [2], 1e-5);
      return fromIndex(x!.shape, (i) => at(normalised, i) * at(scale!, i) + at(bias!, i));
    },
  },
  {
    name: 'RMSNormalization',
    inputs: [[2, 3, 8], [8]],
    build: (x, scale) => ops.rmsNormalization(x!, scale!),
    define: (x, scale) =>
      fromIndex(x!.shape, (i) => {
        const squares = along(x!, i, [2]).map((number) => number ** 2);
        return (at(x!, i) * at(scale!, i)) / sqrt(total(squares) / 8 + 1e-5);
      }),
  },
  {
    name: 'GroupNormalization',
    inputs: [[2, 6, 3, 2], [6], [6]],
    build: (x, scale, bias) => ops.groupNormalization(x!, scale!, bias!, { num_groups: 3 }),
    define: (x, scale, bias) => {
      const normalised = grouped(x!, 3, (rows) => standard(rows, [2], 1e-5));
      return fromIndex(x!.shape, (i) => at(normalised, i) * channel(scale!, i) + channel(bias!, i));
    },
  },
  {
    name: 'InstanceNormalization',
    inputs: [[2, 3, 4, 3], [3], [3]],
    build: (x, scale, bias) => ops.instanceNormalization(x!, scale!, bias!, { epsilon: 0.01 }),
    define: (x, scale, bias) => {
      const normalised = standard(x!, [2, 3], 0.01);
      return fromIndex(x!.shape, (i) => at(normalised, i) * channel(scale!, i) + channel(bias!, i));
    },
  },
  {
    name: 'LpNormalization by squares',
    inputs: [[3, 5]],
    build: (x) => ops.lpNormalization(x!),
    define: (x) => fromIndex(x!.shape, (i) => at(x!, i) / Math.hypot(...along(x!, i, [1]))),
  },
  {
    name: 'LpNormalization by sizes',
    inputs: [[3, 5]],
    build: (x) => ops.lpNormalization(x!, 0, 1),
    define: (x) => fromIndex(x!.shape, (i) => at(x!, i) / total(along(x!, i, [0]).map(abs))),
  },
]);
