/** @file Normalisation of groups of channels of each picture, of each channel, and to unit length. */
import { ShapeError } from '../../core/errors.js';
import { operator } from '../operator.js';
import { ints, scalar, show, type TensorType, type Value } from '../value.js';
import { axisOf } from './axis.js';
import { add, div, mul, sqrt, sub } from './elementwise.js';
import { abs } from './functions.js';
import { normalizedGradient } from './layer-normalization.js';
import { mean, sum } from './reduce.js';
import { ReduceL2 } from './reductions.js';
import { reshape } from './reshape.js';
import { sign } from './rounding.js';

type Epsilon = { readonly epsilon?: number };
type Groups = Epsilon & { readonly num_groups: number };
type Triple = readonly [Value, Value, Value];
const EPSILON = 1e-5;

/** @throws {ShapeError} unless x is float32[n, c, …], scale and bias float32[c], and the groups divide c */
function checkGroups(name: string, x: TensorType, groups: number, ...vectors: readonly TensorType[]): void {
  const channels = x.shape[1];
  const fits = channels !== undefined && channels % groups === 0 && x.shape.length > 2;
  if (!fits || vectors.some(({ shape }) => shape.length !== 1 || shape[0] !== channels)) {
    const got = [x, ...vectors].map(show).join(', ');
    throw new ShapeError(
      `${name}: expected float32[n, c, …], float32[c] and float32[c], with c in ${groups} groups, got ${got}.`,
    );
  }
}

/** x̂ and one over the deviation, of x as float32[n, groups, rest]. */
function normalise(x: Value, groups: number, epsilon: number): { readonly normalised: Value; readonly inverse: Value } {
  const rows = byGroup(x, groups);
  const centred = sub(rows, mean(rows, [2], true));
  const inverse = div(scalar(1), sqrt(add(mean(mul(centred, centred), [2], true), scalar(epsilon))));
  return { normalised: mul(centred, inverse), inverse };
}

function byGroup(x: Value, groups: number): Value {
  const [n, ...rest] = x.shape as [number, ...number[]];
  return reshape(x, [n, groups, rest.reduce((a, b) => a * b, 1) / groups]);
}

/** A vector as it broadcasts to the channels of `x`. */
function perChannel(vector: Value, x: Value): Value {
  return reshape(vector, [vector.shape[0]!, ...x.shape.slice(2).map(() => 1)]);
}

function groupGradient([x, scale]: Triple, dy: Value, groups: number, epsilon = EPSILON): Triple {
  const { normalised, inverse } = normalise(x, groups, epsilon);
  const dNormalised = byGroup(mul(dy, perChannel(scale, x)), groups);
  const others = x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
  return [
    reshape(normalizedGradient(dNormalised, normalised, inverse, [2]), x.shape),
    sum(mul(dy, reshape(normalised, x.shape)), others),
    sum(dy, others),
  ];
}

/**
 * Inputs x float32[n, c, …], scale and bias float32[c]: `num_groups` groups of channels, each normalised over all its
 * numbers. As ONNX has it from opset 21 on; here it is lowered.
 */
export const GroupNormalization = operator<3, 1, Groups>({
  name: 'GroupNormalization',
  attributes: { epsilon: 'float', num_groups: 'int' },
  infer: ([x, scale, bias], { num_groups }) => {
    checkGroups('GroupNormalization', x, num_groups, scale, bias);
    return [x];
  },
  gradient: ({ inputs, attributes: { num_groups, epsilon } }, [dy]) => groupGradient(inputs, dy, num_groups, epsilon),
  lower: ([x, scale, bias], { num_groups, epsilon = EPSILON }) => {
    const normalised = reshape(normalise(x, num_groups, epsilon).normalised, x.shape);
    return [add(mul(normalised, perChannel(scale, x)), perChannel(bias, x))];
  },
});

/** The same with each channel a group. */
export const InstanceNormalization = operator<3, 1, Epsilon>({
  name: 'InstanceNormalization',
  attributes: { epsilon: 'float' },
  infer: ([x, scale, bias]) => {
    checkGroups('InstanceNormalization', x, x.shape[1] ?? 1, scale, bias);
    return [x];
  },
  gradient: ({ inputs, attributes: { epsilon } }, [dy]) => groupGradient(inputs, dy, inputs[0].shape[1]!, epsilon),
});

/** x over its length along an axis: the sum of its sizes with `p` 1, else the root of the sum of its squares. */
export const LpNormalization = operator<1, 1, { readonly axis?: number; readonly p?: number }>({
  name: 'LpNormalization',
  attributes: { axis: 'int', p: 'int' },
  infer: ([x], { axis = -1 }) => {
    axisOf('LpNormalization', x, axis);
    return [x];
  },
  gradient: ({ inputs: [x], outputs: [y], attributes: { axis = -1, p = 2 } }, [dy]) => {
    const axes = [axisOf('LpNormalization', x, axis)];
    const length = p === 1 ? sum(abs(x), axes, true) : ReduceL2([x, ints(axes)], { keepdims: 1 })[0];
    const outward = p === 1 ? sign(x) : y;
    return [div(sub(dy, mul(outward, sum(mul(dy, y), axes, true))), length)];
  },
});

export function groupNormalization(x: Value, scale: Value, bias: Value, attributes: Groups): Value {
  return GroupNormalization([x, scale, bias], attributes)[0];
}
export function instanceNormalization(x: Value, scale: Value, bias: Value, attributes: Epsilon = {}): Value {
  return InstanceNormalization([x, scale, bias], attributes)[0];
}
export function lpNormalization(x: Value, axis = -1, p = 2): Value {
  return LpNormalization([x], { axis, p })[0];
}
