/** @file Everything that can be set about a training, and the recipes that set it. */

import type { Stem } from '../nn/encoders/encoder.js';
import type { EncoderName } from '../nn/encoders/named.js';
import type { LossName } from './loss.js';

/** What determines a training, together with its pictures. The names are those of the command line and config file. */
export interface Settings {
  readonly encoder: EncoderName;
  readonly stem: Stem;
  /** Channels of the first stage. */
  readonly width: number;
  /** Dimension of the features. */
  readonly dim: number;
  /**
   * Whether the features are batch-normalised, without scale and shift, before the L2 norm. Without it all pictures
   * start in one direction of the sphere, and training spends its first epochs pulling them apart.
   */
  readonly featureNorm: boolean;
  /** Side of the pictures the encoder is made for, in pixels. */
  readonly size: number;
  /**
   * Sides of the training crops as parts of `size`, each for an equal part of the epochs; [1] is as published. Small crops
   * are quicker to learn from, and things look as large in them as in the whole pictures of evaluation.
   */
  readonly progression: readonly number[];
  /** Short side that pictures are brought to before the centre crop of evaluation, in pixels. */
  readonly resize: number;

  readonly epochs: number;
  /** Pictures a step. */
  readonly batch: number;
  /**
   * `softmax` over all rows of the bank, `nce` and `infonce` over some of them, `batch` over the batch's own pictures in
   * two crops each, `parametric` over a weight row for each picture, `supervised` over one for each class.
   */
  readonly loss: LossName;
  /** NCE and InfoNCE: m. */
  readonly negatives: number;
  /** NCE and InfoNCE: one set of negatives for the whole batch, or one for each image. */
  readonly noise: 'batch' | 'image';
  /** NCE: where the constant Z comes from. */
  readonly z: ZPolicy;
  /** NCE and InfoNCE: whether an image (with `noise` batch, any image of the batch) may be drawn as a negative. */
  readonly positivesAsNegatives: boolean;
  /** Of the losses over bank rows, and of the vote of neighbours. The losses with weights of their own have none. */
  readonly tau: number;
  /** Losses over bank rows: λ of the proximal term, which the paper has and the official code does without. */
  readonly proximal: number;
  /** Loss `batch`: β, the part of what draws a picture together that comes from its bank row, not from its other crop. */
  readonly bankShare: number;
  readonly bankMomentum: number;
  /** How the bank's numbers are stored. With `float16` each new row is rounded at once, so that resume stays exact. */
  readonly bankDtype: 'float32' | 'float16';
  /** Whether the backward pass computes the forward pass anew, block by block: a third less memory, a quarter more time. */
  readonly checkpointActivations: boolean;

  readonly lr: number;
  readonly schedule: 'step' | 'cosine';
  /** Step schedule: after these fractions of the training the rate falls to a tenth. */
  readonly drops: readonly number[];
  /** Epochs over which the rate rises from zero. */
  readonly warmup: number;
  readonly momentum: number;
  readonly weightDecay: number;

  /** Least and greatest part of a picture's area that a crop covers. */
  readonly crop: readonly [number, number];
  /** Probability of mirroring. */
  readonly flip: number;
  /** Brightness, contrast, saturation, hue. */
  readonly jitter: readonly [number, number, number, number];
  /** Probability of a grey picture. */
  readonly greyscale: number;
  /** Mean and deviation of red, green and blue that pictures are normalised with, in [0, 1]. */
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];

  readonly seed: number;
}

/** Z from the first batch (the paper), a running mean, or the closed form for random unit vectors. */
export type ZPolicy = 'first' | 'running' | 'closed';

const SHARED = {
  encoder: 'resnet18',
  width: 64,
  dim: 128,
  featureNorm: false,
  progression: [1],
  epochs: 200,
  negatives: 4096,
  noise: 'batch',
  proximal: 0,
  bankShare: 0,
  bankMomentum: 0.5,
  bankDtype: 'float32',
  checkpointActivations: false,
  momentum: 0.9,
  lr: 0.03,
  schedule: 'step',
  drops: [0.6, 0.8], // Epochs 120 and 160 of 200.
  warmup: 0,
  crop: [0.2, 1],
  jitter: [0.4, 0.4, 0.4, 0.4],
  greyscale: 0.2,
  seed: 0,
} as const;

const IMAGENET_COLOURS = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] } as const;

export const RECIPES = {
  /** The official code's CIFAR-10 training: the full softmax. */
  cifar10: {
    ...SHARED,
    stem: 'cifar',
    size: 32,
    resize: 32,
    batch: 128,
    loss: 'softmax',
    tau: 0.1,
    z: 'first',
    positivesAsNegatives: true,
    weightDecay: 5e-4,
    flip: 0,
    mean: [0.4914, 0.4822, 0.4465],
    std: [0.2023, 0.1994, 0.201],
  },
  /** The paper's ImageNet training: NCE with 4096 negatives, each image's own. */
  imagenet: {
    ...SHARED,
    stem: 'imagenet',
    size: 224,
    resize: 256,
    batch: 256,
    loss: 'nce',
    noise: 'image',
    tau: 0.07,
    z: 'first',
    positivesAsNegatives: true,
    weightDecay: 1e-4,
    flip: 0.5,
    ...IMAGENET_COLOURS,
  },
  /**
   * Ours, for short trainings on an ordinary computer. With so few steps the published recipe hardly leaves the ground:
   * the bank's rows are an epoch old and the encoder runs away from them. What each setting buys: docs/recipe.md.
   */
  folder: {
    ...SHARED,
    encoder: 'resnet10',
    stem: 'imagenet',
    width: 32,
    featureNorm: true,
    size: 64,
    resize: 64,
    progression: [0.75],
    epochs: 50,
    batch: 128,
    loss: 'batch',
    bankShare: 0.5,
    tau: 0.2,
    z: 'running',
    positivesAsNegatives: false,
    lr: 0.2,
    schedule: 'cosine',
    warmup: 1,
    weightDecay: 5e-4,
    crop: [0.3, 1],
    flip: 0.5,
    ...IMAGENET_COLOURS,
  },
} as const satisfies Record<string, Settings>;

export type RecipeName = keyof typeof RECIPES;
export const RECIPE_NAMES = Object.keys(RECIPES) as RecipeName[];
