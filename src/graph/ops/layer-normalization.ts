/** @file Normalisation of each row by its own mean and deviation, or by its length alone. */
import { GradientError, ShapeError } from '../../core/errors.js';
import { operator } from '../operator.js';
import { type Shape, scalar, show, sizeOf, type TensorType, type Value } from '../value.js';
import { axisOf } from './axis.js';
import { add, broadcast, div, mul, sqrt, sub } from './elementwise.js';
import { mean, sumTo } from './reduce.js';

type Attributes = { readonly axis?: number; readonly epsilon?: number };
const ATTRIBUTES = { axis: 'int', epsilon: 'float' } as const;
const EPSILON = 1e-5;

/** The axes from `axis` on: those that one row has. */
function rowAxes(name: string, x: TensorType, { axis = -1 }: Attributes): readonly number[] {
  const first = axisOf(name, x, axis);
  return x.shape.flatMap((_, i) => (i >= first ? [i] : []));
}

/** @throws {ShapeError} unless scale and bias broadcast to x */
function checkScale(name: string, x: TensorType, ...vectors: readonly TensorType[]): void {
  for (const vector of vectors) {
    if (sizeOf(broadcast(name, x, vector).shape) !== sizeOf(x.shape)) {
      throw new ShapeError(`${name}: expected scale and bias that broadcast to ${show(x)}, got ${show(vector)}.`);
    }
  }
}

/**
 * The gradient of (x − mean) / deviation over `axes`, or of x / length: what dy has of the mean and of x̂ goes.
 *
 * @param normalised x̂
 * @param inverse one over the deviation, or over the length
 */
export function normalizedGradient(
  dy: Value,
  normalised: Value,
  inverse: Value,
  axes: readonly number[],
  isCentred = true,
): Value {
  const along = mul(normalised, mean(mul(dy, normalised), axes, true));
  const left = sub(dy, along);
  return mul(isCentred ? sub(left, mean(dy, axes, true)) : left, inverse);
}

/**
 * Inputs x, scale and, optionally, bias, which have the shape of a row: the axes from `axis` on. Outputs y, and mean and
 * inverse deviation of each row, which are not differentiable.
 */
export const LayerNormalization = operator<number, 3, Attributes>({
  name: 'LayerNormalization',
  attributes: ATTRIBUTES,
  infer: ([x, scale, bias], attributes) => {
    checkScale('LayerNormalization', x!, scale!, ...(bias ? [bias] : []));
    const axes = rowAxes('LayerNormalization', x!, attributes);
    const perRow = { dtype: x!.dtype, shape: x!.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent)) };
    return [x!, perRow, perRow];
  },
  gradient: ({ inputs: [x, scale, bias], outputs: [, average, inverse], attributes }, [dy, dMean, dInverse]) => {
    if (dMean !== null || dInverse !== null || dy === null) {
      throw new GradientError('LayerNormalization: expected a loss that uses y only, got one of mean or deviation.');
    }
    const axes = rowAxes('LayerNormalization', x!, attributes);
    const normalised = mul(sub(x!, average), inverse);
    return [
      normalizedGradient(mul(dy, scale!), normalised, inverse, axes),
      sumTo(mul(dy, normalised), scale!.shape),
      ...(bias ? [sumTo(dy, bias.shape)] : []),
    ];
  },
});

/** Inputs x and scale: x over its root mean square from `axis` on. ONNX has it from opset 23 on; here it is lowered. */
export const RMSNormalization = operator<2, 1, Attributes>({
  name: 'RMSNormalization',
  attributes: ATTRIBUTES,
  infer: ([x, scale], attributes) => {
    checkScale('RMSNormalization', x, scale);
    rowAxes('RMSNormalization', x, attributes);
    return [x];
  },
  gradient: ({ inputs: [x, scale], attributes }, [dy]) => {
    const axes = rowAxes('RMSNormalization', x, attributes);
    const inverse = inverseLength(x, axes, attributes);
    const normalised = mul(x, inverse);
    return [
      normalizedGradient(mul(dy, scale), normalised, inverse, axes, false),
      sumTo(mul(dy, normalised), scale.shape),
    ];
  },
  lower: ([x, scale], attributes) => {
    const axes = rowAxes('RMSNormalization', x, attributes);
    return [mul(mul(x, inverseLength(x, axes, attributes)), scale)];
  },
});

function inverseLength(x: Value, axes: Shape, { epsilon = EPSILON }: Attributes): Value {
  return div(scalar(1), sqrt(add(mean(mul(x, x), axes, true), scalar(epsilon))));
}

/**
 * Each row less its mean, over its deviation, times `scale` plus `bias`.
 *
 * @param scale of the shape of a row: the axes of `x` from `axis` on
 * @param bias as scale, or none
 * @param attributes.axis the first axis of a row; by default the last
 * @param attributes.epsilon added to the variance; default 1e-5
 */
export function layerNormalization(x: Value, scale: Value, bias?: Value, attributes: Attributes = {}): Value {
  return LayerNormalization(bias ? [x, scale, bias] : [x, scale], attributes)[0];
}
export function rmsNormalization(x: Value, scale: Value, attributes: Attributes = {}): Value {
  return RMSNormalization([x, scale], attributes)[0];
}
