/** @file Batch normalisation in training, and its gradient; operators of ours (Ioffe and Szegedy 2015). */
import { GradientError, ShapeError } from '../../core/errors.js';
import { type Epsilon, lowerBatchNorm, lowerBatchNormGradient, lowerChannelAffine } from '../lowering/batch-norm.js';
import { noGradient, operator } from '../operator.js';
import { scalar, show, type TensorType, type Value } from '../value.js';
import { mul } from './elementwise.js';
import { expand, sum } from './reduce.js';

/** @throws {ShapeError} unless x is float32[n, c, h, w] and both vectors are float32[c] */
function checkChannels(name: string, x: TensorType, ...vectors: readonly [TensorType, TensorType]): void {
  const perChannel = `float32[${x.shape[1]}]`;
  if (x.dtype !== 'float32' || x.shape.length !== 4 || vectors.some((vector) => show(vector) !== perChannel)) {
    const got = [x, ...vectors].map(show).join(', ');
    throw new ShapeError(`${name}: expected float32[n, c, h, w], float32[c] and float32[c], got ${got}.`);
  }
}

/** Inputs x float32[n, c, h, w], weight and bias float32[c]; outputs y, then the batch's mean and biased variance. */
export const BatchNorm = operator<3, 3, Epsilon>({
  name: 'BatchNorm',
  attributes: { epsilon: 'float' },
  infer: ([x, weight, bias]) => {
    checkChannels('BatchNorm', x, weight, bias);
    return [x, weight, weight];
  },
  gradient: ({ inputs: [x, weight], outputs: [, mean, variance], attributes }, [dy, dMean, dVariance]) => {
    if (dMean !== null || dVariance !== null || dy === null) {
      throw new GradientError('BatchNorm: expected a loss that uses y only, got one of the batch statistics.');
    }
    return BatchNormGradient([dy, x, weight, mean, variance], attributes);
  },
  lower: ([x, weight, bias], attributes, { channelBlock }) => lowerBatchNorm(x, weight, bias, attributes, channelBlock),
});

/** Inputs dy, x, weight, mean, variance; outputs the gradients of x, weight and bias. */
export const BatchNormGradient = operator<5, 3, Epsilon>({
  name: 'BatchNormGradient',
  attributes: { epsilon: 'float' },
  infer: ([, x, weight]) => [x, weight, weight],
  gradient: noGradient('second derivatives of batch normalisation are not needed here'),
  lower: (inputs, attributes, { channelBlock }) => lowerBatchNormGradient(inputs, attributes, channelBlock),
});

/** Inputs x float32[n, c, h, w], scale and shift float32[c]; output scale · x + shift, channel by channel. */
export const ChannelAffine = operator<3>({
  name: 'ChannelAffine',
  infer: ([x, scale, shift]) => {
    checkChannels('ChannelAffine', x, scale, shift);
    return [x];
  },
  gradient: ({ inputs: [x, scale] }, [dy]) => [
    channelAffine(dy, scale, expand(scalar(0), scale.shape)),
    sum(mul(dy, x), [0, 2, 3]),
    sum(dy, [0, 2, 3]),
  ],
  lower: ([x, scale, shift], _, { channelBlock }) => [lowerChannelAffine(x, scale, shift, channelBlock)],
});

/** `scale · x + shift` for each channel: batch normalisation by statistics that are given. */
export function channelAffine(x: Value, scale: Value, shift: Value): Value {
  return ChannelAffine([x, scale, shift], {})[0];
}

/**
 * Normalises each channel by the batch's own statistics.
 *
 * @param x float32[n, c, h, w]
 * @param weight float32[c]
 * @param bias float32[c]
 * @param epsilon added to the variance; default 1e-5 (PyTorch)
 * @returns y float32[n, c, h, w]; mean and biased variance of the batch, float32[c], not differentiable
 */
export function batchNorm(
  x: Value,
  weight: Value,
  bias: Value,
  epsilon = 1e-5,
): { readonly y: Value; readonly mean: Value; readonly variance: Value } {
  const [y, mean, variance] = BatchNorm([x, weight, bias], { epsilon });
  return { y, mean, variance };
}
