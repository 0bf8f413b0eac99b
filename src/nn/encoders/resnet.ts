/** @file Residual networks (He et al. 2016), as torchvision builds and names them. */
import { add } from '../../graph/ops/elementwise.js';
import { maxPool } from '../../graph/ops/pool.js';
import { mean } from '../../graph/ops/reduce.js';
import { relu } from '../../graph/ops/relu.js';
import type { Value } from '../../graph/value.js';
import { batchNorm2d, conv2d, linear, standardize } from '../layers.js';
import type { Variables } from '../variables.js';
import type { Encoder, EncoderOptions, Stem } from './encoder.js';

interface Architecture {
  readonly name: string;
  /** Blocks in each of the four stages. */
  readonly blocks: readonly [number, number, number, number];
  readonly block: (variables: Variables, name: string, x: Value, width: number, stride: number) => Value;
}

/** A `resnet18` with one block a stage. */
export const resnet10 = resnet({ name: 'resnet10', blocks: [1, 1, 1, 1], block: basicBlock });
export const resnet18 = resnet({ name: 'resnet18', blocks: [2, 2, 2, 2], block: basicBlock });
export const resnet34 = resnet({ name: 'resnet34', blocks: [3, 4, 6, 3], block: basicBlock });
export const resnet50 = resnet({ name: 'resnet50', blocks: [3, 4, 6, 3], block: bottleneck });

/**
 * A residual network whose last layer, `fc`, gives `dim` features in place of class scores.
 *
 * Its ImageNet stem is a 7×7 convolution of stride 2 and a max pool; its CIFAR stem the usual 3×3 convolution; `half` and
 * `quarter` are one and two 3×3 convolutions of stride 2 (He et al. 2019, "Bag of tricks", ResNet-C has three and a pool).
 */
function resnet({ name, blocks, block }: Architecture): (options: EncoderOptions) => Encoder {
  return ({ stem, width, dim, featureNorm = false }) => ({
    name,
    head: 'fc',
    leastSize: 1,
    anySize: true,
    build(variables, images) {
      let x = variables.checkpoint(BUILD_STEM[stem](variables, images, width));
      variables.stage('conv1', x);
      blocks.forEach((count, stage) => {
        for (let i = 0; i < count; i++) {
          const stride = stage > 0 && i === 0 ? 2 : 1;
          x = variables.checkpoint(block(variables, `layer${stage + 1}.${i}`, x, width * 2 ** stage, stride));
        }
        variables.stage(`conv${stage + 2}`, x);
      });
      const features = linear(variables, 'fc', mean(x, [2, 3]), dim);
      return featureNorm ? standardize(variables, 'fc_norm', features) : features;
    },
  });
}

function cifarStem(variables: Variables, images: Value, width: number): Value {
  const x = conv2d(variables, 'conv1', images, width, { kernel: 3, padding: 1 });
  return relu(batchNorm2d(variables, 'bn1', x));
}

function imagenetStem(variables: Variables, images: Value, width: number): Value {
  const x = conv2d(variables, 'conv1', images, width, { kernel: 7, stride: 2, padding: 3 });
  return maxPool(relu(batchNorm2d(variables, 'bn1', x)), 3, 2, 1);
}

/** A stem's layer that halves height and width, the `number`th, counted from 1. */
function halved(variables: Variables, images: Value, width: number, number = 1): Value {
  const x = conv2d(variables, `conv${number}`, images, width, { kernel: 3, stride: 2, padding: 1 });
  return relu(batchNorm2d(variables, `bn${number}`, x));
}

const BUILD_STEM: Readonly<Record<Stem, (variables: Variables, images: Value, width: number) => Value>> = {
  imagenet: imagenetStem,
  cifar: cifarStem,
  half: (variables, images, width) => halved(variables, images, width),
  quarter: (variables, images, width) => halved(variables, halved(variables, images, width), width, 2),
};

/** Two 3×3 convolutions. */
function basicBlock(variables: Variables, name: string, x: Value, width: number, stride: number): Value {
  let y = conv2d(variables, `${name}.conv1`, x, width, { kernel: 3, stride, padding: 1 });
  y = relu(batchNorm2d(variables, `${name}.bn1`, y));
  y = conv2d(variables, `${name}.conv2`, y, width, { kernel: 3, padding: 1 });
  y = batchNorm2d(variables, `${name}.bn2`, y);
  return relu(add(y, shortcut(variables, name, x, width, stride)));
}

/** 1×1 down, 3×3 with the stride (as torchvision, "ResNet v1.5"), 1×1 up to four times the width. */
function bottleneck(variables: Variables, name: string, x: Value, width: number, stride: number): Value {
  let y = conv2d(variables, `${name}.conv1`, x, width, { kernel: 1 });
  y = relu(batchNorm2d(variables, `${name}.bn1`, y));
  y = conv2d(variables, `${name}.conv2`, y, width, { kernel: 3, stride, padding: 1 });
  y = relu(batchNorm2d(variables, `${name}.bn2`, y));
  y = conv2d(variables, `${name}.conv3`, y, 4 * width, { kernel: 1 });
  y = batchNorm2d(variables, `${name}.bn3`, y);
  return relu(add(y, shortcut(variables, name, x, 4 * width, stride)));
}

/** x itself, or a 1×1 convolution where the block changes its shape. */
function shortcut(variables: Variables, name: string, x: Value, channels: number, stride: number): Value {
  if (stride === 1 && x.shape[1] === channels) return x;
  const y = conv2d(variables, `${name}.downsample.0`, x, channels, { kernel: 1, stride });
  return batchNorm2d(variables, `${name}.downsample.1`, y);
}
