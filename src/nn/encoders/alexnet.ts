/** @file AlexNet (Krizhevsky 2014, the variant on one device), as torchvision builds it, with batch normalisation. */
import { maxPool } from '../../graph/ops/pool.js';
import type { Encoder, EncoderOptions } from './encoder.js';
import { classifier, convolutions, type Layer } from './sequence.js';

/** Smallest picture that its three pools leave something of. */
const LEAST_SIZE = { large: 63, small: 15 };

/**
 * AlexNet, whose last layer, `classifier.6`, gives `dim` features in place of class scores.
 *
 * As later work has it, each convolution is followed by batch normalisation in place of the local response
 * normalisation of 2012; layers are numbered as in torchvision's `vgg16_bn`. There is no dropout: the crops differ
 * enough. Its stem is an 11×11 convolution of stride 4, or for small pictures (`cifar`, `half`) a 3×3 one. The first linear layer
 * takes the grid that is left of pictures of the training's size, torchvision's 6×6 at 224 pixels.
 */
export function alexnet({ stem, width, dim, featureNorm = false }: EncoderOptions): Encoder {
  const isSmall = stem === 'cifar' || stem === 'half';
  const first: Layer = isSmall
    ? { channels: width, kernel: 3, padding: 1, stage: 'conv1' }
    : { channels: width, kernel: 11, stride: 4, padding: 2, stage: 'conv1' };
  const layers: readonly (Layer | 'pool')[] = [
    first,
    'pool',
    { channels: 3 * width, kernel: 5, padding: 2, stage: 'conv2' },
    'pool',
    { channels: 6 * width, kernel: 3, padding: 1, stage: 'conv3' },
    { channels: 4 * width, kernel: 3, padding: 1, stage: 'conv4' },
    { channels: 4 * width, kernel: 3, padding: 1, stage: 'conv5' },
    'pool',
  ];
  return {
    name: 'alexnet',
    head: 'classifier.6',
    leastSize: LEAST_SIZE[isSmall ? 'small' : 'large'],
    anySize: false,
    build(variables, images) {
      const x = convolutions(variables, images, layers, (y) => maxPool(y, 3, 2, 0));
      return classifier(variables, x, [1, 4, 6], { hidden: 64 * width, dim, featureNorm });
    },
  };
}
