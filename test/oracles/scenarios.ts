/** @file Small training steps, the same for every backend. */
import type { LossName } from '#src/method/losses/named-losses.js';
import type { Settings } from '#src/method/settings.js';
import type { Stem } from '#src/nn/encoders/encoder.js';
import type { EncoderName } from '#src/nn/encoders/named-encoders.js';

export interface Scenario {
  readonly name: string;
  readonly encoder: EncoderName;
  readonly stem: Stem;
  readonly width: number;
  readonly batch: number;
  readonly size: number;
  readonly loss: LossName;
  /** Settings that are others than those of the recipe `cifar10`. */
  readonly set?: Partial<Pick<Settings, 'negatives' | 'noise' | 'proximal' | 'bankShare'>>;
  /** Whether the noise is not uniform; default false. */
  readonly isNoiseGiven?: boolean;
  /** Whether the features are batch-normalised; default false. */
  readonly featureNorm?: boolean;
}

export const SCENARIOS = {
  cifar: {
    name: 'resnet18, cifar stem, softmax',
    encoder: 'resnet18',
    stem: 'cifar',
    width: 16,
    batch: 8,
    size: 12,
    loss: 'softmax',
  },
  imagenet: {
    name: 'resnet18, imagenet stem, softmax',
    encoder: 'resnet18',
    stem: 'imagenet',
    width: 16,
    batch: 5,
    size: 40,
    loss: 'softmax',
  },
  bottleneck: {
    name: 'resnet50, cifar stem, softmax',
    encoder: 'resnet50',
    stem: 'cifar',
    width: 8,
    batch: 6,
    size: 12,
    loss: 'softmax',
  },
  batch: {
    name: 'resnet10, cifar stem, softmax within the batch with a share of the bank, normalised features',
    encoder: 'resnet10',
    stem: 'cifar',
    width: 8,
    batch: 4,
    size: 9,
    loss: 'batch',
    set: { bankShare: 0.4 },
    featureNorm: true,
  },
  quarter: {
    name: 'resnet10, quarter stem, softmax within the batch, images of odd sides on the way',
    encoder: 'resnet10',
    stem: 'quarter',
    width: 16,
    batch: 4,
    size: 40,
    loss: 'batch',
    set: { bankShare: 0.4 },
    featureNorm: true,
  },
  half: {
    name: 'resnet10, half stem, softmax within the batch',
    encoder: 'resnet10',
    stem: 'half',
    width: 8,
    batch: 4,
    size: 18,
    loss: 'batch',
    set: { bankShare: 0.4 },
    featureNorm: true,
  },
  nce: {
    name: 'resnet10, cifar stem, NCE with shared negatives',
    encoder: 'resnet10',
    stem: 'cifar',
    width: 6,
    batch: 5,
    size: 9,
    loss: 'nce',
    set: { negatives: 7 },
  },
  ncePerImage: {
    name: 'resnet10, cifar stem, NCE with negatives of each image',
    encoder: 'resnet10',
    stem: 'cifar',
    width: 8,
    batch: 5,
    size: 9,
    loss: 'nce',
    set: { negatives: 4, noise: 'image' },
  },
  nceGivenNoise: {
    name: 'resnet10, cifar stem, NCE with given noise and a proximal term',
    encoder: 'resnet10',
    stem: 'cifar',
    width: 4,
    batch: 5,
    size: 9,
    loss: 'nce',
    set: { negatives: 7, proximal: 0.7 },
    isNoiseGiven: true,
  },
  infoNce: {
    name: 'resnet10, cifar stem, InfoNCE with a proximal term',
    encoder: 'resnet10',
    stem: 'cifar',
    width: 4,
    batch: 5,
    size: 9,
    loss: 'infonce',
    set: { negatives: 6, noise: 'image', proximal: 0.3 },
  },
  parametric: {
    name: 'resnet10, cifar stem, parametric softmax over images',
    encoder: 'resnet10',
    stem: 'cifar',
    width: 4,
    batch: 5,
    size: 9,
    loss: 'parametric',
  },
  supervised: {
    name: 'alexnet, cifar stem, supervised softmax over classes',
    encoder: 'alexnet',
    stem: 'cifar',
    width: 8,
    batch: 6,
    size: 17,
    loss: 'supervised',
  },
  alexnet: {
    name: 'alexnet, imagenet stem, softmax',
    encoder: 'alexnet',
    stem: 'imagenet',
    width: 4,
    batch: 4,
    size: 72,
    loss: 'softmax',
  },
  vgg16: {
    name: 'vgg16, softmax with a proximal term',
    encoder: 'vgg16',
    stem: 'cifar',
    width: 4,
    batch: 6,
    size: 34,
    loss: 'softmax',
    set: { proximal: 1 },
  },
} as const satisfies Record<string, Scenario>;
