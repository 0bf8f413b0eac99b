/** @file Layers: functions from values to values that declare their parameters under a name. */

import { conv } from '../graph/ops/conv.js';
import { add, div, mul, sqrt, sub } from '../graph/ops/elementwise.js';
import { matmul } from '../graph/ops/linear.js';
import { batchNorm, channelAffine } from '../graph/ops/normalization.js';
import { mean } from '../graph/ops/reduce.js';
import { type ConstantValue, floats, scalar, sizeOf, type Value } from '../graph/value.js';
import { canFold, foldAffine } from './fold.js';
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
  return normalizeChannels(variables, x, {
    weight: variables.parameter(`${name}.weight`, channels, constant(1)),
    bias: variables.parameter(`${name}.bias`, channels, constant(0)),
    running: runningStatistics(variables, name, x.shape[1]!),
  });
}

/** What batch normalisation works with. */
export interface ChannelNorm {
  readonly weight: Value;
  readonly bias: Value;
  readonly running: RunningStatistics;
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number;
  /** Whether it goes by the running statistics in training, too; default false. */
  readonly isFrozen?: boolean;
}

/** Batch normalisation by tensors that are declared already. @param x float32[n, c, h, w] */
export function normalizeChannels(
  variables: Variables,
  x: Value,
  { weight, bias, running, epsilon = EPSILON, isFrozen = false }: ChannelNorm,
): Value {
  if (variables.mode === 'folded') {
    const [w, b, m, v] = [weight, bias, running.mean, running.variance].map(constantData) as FourArrays;
    const scale = w.map((weightOfChannel, i) => weightOfChannel / Math.sqrt(v[i]! + epsilon));
    const shift = b.map((biasOfChannel, i) => biasOfChannel - m[i]! * scale[i]!);
    if (canFold(x)) return foldAffine(x, scale, shift);
    const perChannel = [scale.length, 1, 1];
    return add(mul(x, floats(scale, perChannel)), floats(shift, perChannel));
  }
  if (variables.mode === 'evaluation' || isFrozen) {
    const scale = div(weight, sqrt(add(running.variance, scalar(epsilon))));
    return channelAffine(x, scale, sub(bias, mul(running.mean, scale)));
  }
  const { y, ...statistics } = batchNorm(x, weight, bias, epsilon);
  updateRunning(variables, running, statistics, sizeOf(x.shape) / x.shape[1]!);
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
  updateRunning(variables, running, { mean: average, variance }, x.shape[0]!);
  return div(centred, deviation(variance));
}

interface Statistics {
  readonly mean: Value;
  readonly variance: Value;
}

/** Statistics that are carried along, as inputs of the graph under their names; constants in an encoder that is folded. */
export interface RunningStatistics extends Statistics {
  readonly names: { readonly mean: string; readonly variance: string };
}

function runningStatistics(variables: Variables, name: string, channels: number): RunningStatistics {
  const names = { mean: `${name}.running_mean`, variance: `${name}.running_var` };
  return {
    names,
    mean: variables.buffer(names.mean, [channels], constant(0)),
    variance: variables.buffer(names.variance, [channels], constant(1)),
  };
}

/** @param count numbers that each mean was taken over */
function updateRunning(variables: Variables, running: RunningStatistics, batch: Statistics, count: number): void {
  const average = (old: Value, now: Value): Value =>
    add(mul(old, scalar(1 - RUNNING_MOMENTUM)), mul(now, scalar(RUNNING_MOMENTUM)));
  const unbiased = mul(batch.variance, scalar(count / Math.max(1, count - 1)));
  variables.nextBuffers.set(running.names.mean, average(running.mean, batch.mean));
  variables.nextBuffers.set(running.names.variance, average(running.variance, unbiased));
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
