/** @file AlexNet and VGG16 with batch normalisation in float64, from their papers and torchvision's names. */
import { batchNorm, convolution, linear, maxPool, relu } from './layers.js';
import type { Pass } from './resnet.js';
import type { Tensor } from './tensor.js';

export interface SequenceArchitecture {
  /** Strides and paddings of the convolutions, and where a max pool (side, stride 2, no padding) stands. */
  readonly layers: readonly (readonly [stride: number, padding: number] | 'pool')[];
  readonly pool: number;
  /** Numbers of the linear layers under `classifier`. */
  readonly classifier: readonly number[];
}

export const ALEXNET: Record<'cifar' | 'imagenet' | 'half' | 'quarter', SequenceArchitecture> = {
  cifar: alexnet([1, 1]),
  half: alexnet([1, 1]),
  imagenet: alexnet([4, 2]),
  quarter: alexnet([4, 2]),
};

function alexnet(first: readonly [number, number]): SequenceArchitecture {
  return {
    layers: [first, 'pool', [1, 2], 'pool', [1, 1], [1, 1], [1, 1], 'pool'],
    pool: 3,
    classifier: [1, 4, 6],
  };
}

export const VGG16: SequenceArchitecture = {
  layers: [2, 2, 3, 3, 3].flatMap((count) => [...Array<[number, number]>(count).fill([1, 1]), 'pool' as const]),
  pool: 2,
  classifier: [0, 3, 6],
};

/** @param parameters all of them, by name; their shapes give the widths */
export function sequence(
  { layers, pool, classifier }: SequenceArchitecture,
  parameters: ReadonlyMap<string, Tensor>,
  images: Tensor,
): Pass {
  const gradients = new Map<string, Tensor>();
  const statistics = new Map<string, { mean: Float64Array; unbiasedVariance: Float64Array }>();
  const backs: ((dy: Tensor) => Tensor)[] = [];
  let x = images;
  let number = 0;
  for (const layer of layers) {
    if (layer === 'pool') {
      const pooled = maxPool(x, pool, 0);
      x = pooled.y;
      backs.push(pooled.backward);
      number++;
      continue;
    }
    const [conv, bn] = [`features.${number}`, `features.${number + 1}`];
    const convolved = convolution(x, parameters.get(`${conv}.weight`)!, ...layer);
    const normalised = batchNorm(convolved.y, parameters.get(`${bn}.weight`)!, parameters.get(`${bn}.bias`)!);
    const rectified = relu(normalised.y);
    statistics.set(bn, normalised);
    x = rectified.y;
    backs.push((dy) => {
      const { dx, dWeight, dBias } = normalised.backward(rectified.backward(dy));
      gradients.set(`${bn}.weight`, dWeight).set(`${bn}.bias`, dBias);
      const through = convolved.backward(dx);
      gradients.set(`${conv}.weight`, through.dw);
      return through.dx;
    });
    number += 3;
  }

  const { shape } = x;
  x = { shape: [shape[0]!, x.data.length / shape[0]!], data: x.data };
  backs.push((dy) => ({ shape, data: dy.data }));
  classifier.forEach((layer, i) => {
    const name = `classifier.${layer}`;
    const connected = linear(x, parameters.get(`${name}.weight`)!, parameters.get(`${name}.bias`)!);
    const rectified = i < classifier.length - 1 ? relu(connected.y) : undefined;
    x = rectified?.y ?? connected.y;
    backs.push((dy) => {
      const { dx, dWeight, dBias } = connected.backward(rectified?.backward(dy) ?? dy);
      gradients.set(`${name}.weight`, dWeight).set(`${name}.bias`, dBias);
      return dx;
    });
  });
  return {
    y: x,
    statistics,
    backward(dy) {
      backs.toReversed().reduce((d, back) => back(d), dy);
      return gradients;
    },
  };
}
