/** @file The recipes: full sets of settings. */
import type { Settings } from './settings.js';

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
  fit: 'crop',
  crop: [0.2, 1],
  turns: 1,
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
/** The one that is taken unless another is given. */
export const DEFAULT_RECIPE: RecipeName = 'folder';
