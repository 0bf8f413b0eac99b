/** @file Layers: functions from values to values that declare their parameters under a name. */

import { conv } from '../graph/ops/conv.js';
import { add, div, mul, sqrt, sub } from '../graph/ops/elementwise.js';
import { matmul } from '../graph/ops/linear.js';
import { batchNorm, channelAffine } from '../graph/ops/normalization.js';
import { mean } from '../graph/ops/reduce.js';
import { type ConstantValue, scalar, sizeOf, type Value } from '../graph/value.js';
import { foldAffine } from './fold.js';
import { constant, kaimingNormal, uniformFanIn } from './initializers.js';
import type { Variables } from './variables.js';

/** PyTorch's defaults for batch normalisation. */
export const EPSILON = 1e-5;
const RUNNING_MOMENTUM = 0.1;

/**
 * Square convolution without bias.
 *
 * @param x float32[n, c, h, w]
 * @param channels of the result
 */
export function conv2d(
  variables: Variables,
  name: string,
  x: Value,
  channels: number,
  options: { readonly kernel: number; readonly stride?: number; readonly padding?: number },
): Value {
  const { kernel } = options;
  const shape = [channels, x.shape[1]!, kernel, kernel];
  const weight = variables.parameter(`${name}.weight`, shape, kaimingNormal(channels * kernel * kernel));
  return conv(x, weight, options);
}

/**
 * Batch normalisation.
 *
 * In training it uses the batch's statistics and moves the running ones a tenth of the way (the variance unbiased, as
 * in PyTorch); in evaluation it uses the running ones.
 */
export function batchNorm2d(variables: Variables, name: string, x: Value): Value {
  const channels = [x.shape[1]!];
  const weight = variables.parameter(`${name}.weight`, channels, constant(1));
  const bias = variables.parameter(`${name}.bias`, channels, constant(0));
  const running = runningStatistics(variables, name, x.shape[1]!);
  if (variables.mode === 'folded') {
    const [w, b, m, v] = [weight, bias, running.mean, running.variance].map(constantData) as FourArrays;
    const scale = w.map((weightOfChannel, i) => weightOfChannel / Math.sqrt(v[i]! + EPSILON));
    return foldAffine(
      x,
      scale,
      b.map((biasOfChannel, i) => biasOfChannel - m[i]! * scale[i]!),
    );
  }
  if (variables.mode === 'evaluation') {
    const scale = div(weight, sqrt(add(running.variance, scalar(EPSILON))));
    return channelAffine(x, scale, sub(bias, mul(running.mean, scale)));
  }
  const { y, ...statistics } = batchNorm(x, weight, bias, EPSILON);
  updateRunning(variables, name, running, statistics, sizeOf(x.shape) / x.shape[1]!);
  return y;
}

/**
 * Batch normalisation of features without scale and shift; running statistics as in `batchNorm2d`.
 *
 * @param x float32[n, dim]
 */
export function standardize(variables: Variables, name: string, x: Value): Value {
  const running = runningStatistics(variables, name, x.shape[1]!);
  const deviation = (variance: Value): Value => sqrt(add(variance, scalar(EPSILON)));
  if (variables.mode !== 'training') return div(sub(x, running.mean), deviation(running.variance));
  const average = mean(x, [0]);
  const centred = sub(x, average);
  const variance = mean(mul(centred, centred), [0]);
  updateRunning(variables, name, running, { mean: average, variance }, x.shape[0]!);
  return div(centred, deviation(variance));
}

interface Statistics {
  readonly mean: Value;
  readonly variance: Value;
}

function runningStatistics(variables: Variables, name: string, channels: number): Statistics {
  return {
    mean: variables.buffer(`${name}.running_mean`, [channels], constant(0)),
    variance: variables.buffer(`${name}.running_var`, [channels], constant(1)),
  };
}

/** @param count numbers that each mean was taken over */
function updateRunning(
  variables: Variables,
  name: string,
  running: Statistics,
  batch: Statistics,
  count: number,
): void {
  const average = (old: Value, now: Value): Value =>
    add(mul(old, scalar(1 - RUNNING_MOMENTUM)), mul(now, scalar(RUNNING_MOMENTUM)));
  const unbiased = mul(batch.variance, scalar(count / Math.max(1, count - 1)));
  variables.nextBuffers.set(`${name}.running_mean`, average(running.mean, batch.mean));
  variables.nextBuffers.set(`${name}.running_var`, average(running.variance, unbiased));
}

type FourArrays = [Float32Array, Float32Array, Float32Array, Float32Array];

function constantData(value: Value): Float32Array {
  return (value as ConstantValue).data as Float32Array;
}

/**
 * Fully connected layer with bias.
 *
 * @param x float32[n, in]
 * @returns float32[n, out]
 */
export function linear(variables: Variables, name: string, x: Value, out: number): Value {
  const fanIn = x.shape[1]!;
  const weight = variables.parameter(`${name}.weight`, [out, fanIn], uniformFanIn(fanIn));
  const bias = variables.parameter(`${name}.bias`, [out], uniformFanIn(fanIn));
  return add(matmul(x, weight, { transB: true }), bias);
}
