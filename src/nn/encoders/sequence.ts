/** @file Networks that are one layer after another, numbered as torchvision numbers them. */
import { relu } from '../../graph/ops/relu.js';
import { flatten } from '../../graph/ops/reshape.js';
import type { Value } from '../../graph/value.js';
import { batchNorm2d, conv2d, linear, standardize } from '../layers.js';
import type { Variables } from '../variables.js';
import type { EncoderOptions } from './encoder.js';

/** A convolution, which batch normalisation and ReLU follow. */
export interface Layer {
  readonly channels: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly padding: number;
  /** Name of the stage that ends with its ReLU. */
  readonly stage?: string;
}

/** The layers under `features`: a convolution, its normalisation and its ReLU have a number each, and so has a pool. */
export function convolutions(
  variables: Variables,
  images: Value,
  layers: readonly (Layer | 'pool')[],
  pool: (x: Value) => Value,
): Value {
  let x = images;
  let number = 0;
  for (const layer of layers) {
    if (layer === 'pool') {
      x = variables.checkpoint(pool(x));
      number++;
    } else {
      x = conv2d(variables, `features.${number}`, x, layer.channels, layer);
      x = relu(batchNorm2d(variables, `features.${number + 1}`, x));
      if (layer.stage !== undefined) variables.stage(layer.stage, x);
      number += 3;
    }
  }
  return x;
}

/**
 * Two hidden linear layers and the one whose outputs are the features.
 *
 * @param x float32[batch, c, h, w]
 * @param numbers of the three under `classifier`
 * @returns float32[batch, dim]
 */
export function classifier(
  variables: Variables,
  x: Value,
  numbers: readonly [number, number, number],
  { hidden, dim, featureNorm }: Pick<EncoderOptions, 'dim' | 'featureNorm'> & { readonly hidden: number },
): Value {
  let y = flatten(x);
  for (const number of numbers.slice(0, 2)) y = relu(linear(variables, `classifier.${number}`, y, hidden));
  const features = linear(variables, `classifier.${numbers[2]}`, y, dim);
  return featureNorm ? standardize(variables, 'fc_norm', features) : features;
}
