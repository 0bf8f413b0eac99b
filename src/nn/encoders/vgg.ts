/** @file VGG16 (Simonyan and Zisserman 2015, configuration D) with batch normalisation: torchvision's `vgg16_bn`. */
import { maxPool } from '../../graph/ops/pool.js';
import type { Encoder, EncoderOptions } from './encoder.js';
import { classifier, convolutions, type Layer } from './sequence.js';

/** 3×3 convolutions of each stage, and their channels in widths. A pool of stride 2 follows each stage. */
const STAGES = [
  { count: 2, widths: 1 },
  { count: 2, widths: 2 },
  { count: 3, widths: 4 },
  { count: 3, widths: 8 },
  { count: 3, widths: 8 },
];

/**
 * VGG16, whose last layer, `classifier.6`, gives `dim` features in place of class scores.
 *
 * Both stems are the same: its first kernels are 3×3 in any case. There is no dropout. The first linear layer takes
 * the grid that is left of pictures of the training's size, torchvision's 7×7 at 224 pixels.
 */
export function vgg16({ width, dim, featureNorm = false }: EncoderOptions): Encoder {
  const layers = STAGES.flatMap(({ count, widths }, number): (Layer | 'pool')[] => {
    const layer = { channels: widths * width, kernel: 3, padding: 1 };
    return [...Array<Layer>(count - 1).fill(layer), { ...layer, stage: `conv${number + 1}` }, 'pool'];
  });
  return {
    name: 'vgg16',
    head: 'classifier.6',
    leastSize: 2 ** STAGES.length,
    anySize: false,
    build(variables, images) {
      const x = convolutions(variables, images, layers, (y) => maxPool(y, 2, 2, 0));
      return classifier(variables, x, [0, 3, 6], { hidden: 64 * width, dim, featureNorm });
    },
  };
}
