/** @file The recipes: full sets of settings. */
import { ignoring, USUALLY_IGNORED } from './alike.js';
import { DECLARED_SETTINGS, type Settings } from './settings.js';

/** Each setting's declared value. */
const USUAL = Object.fromEntries(DECLARED_SETTINGS.map(([name, { usual }]) => [name, usual])) as unknown as Settings;

export const RECIPES = {
  /** The official code's CIFAR-10 training: the full softmax. */
  cifar10: {
    ...USUAL,
    stem: 'cifar',
    size: 32,
    resize: 32,
    batch: 128,
    loss: 'softmax',
    noise: 'batch',
    tau: 0.1,
    weightDecay: 5e-4,
    flip: 0,
    mean: [0.4914, 0.4822, 0.4465],
    std: [0.2023, 0.1994, 0.201],
  },
  /** The paper's ImageNet training, whose values are the usual ones: NCE with 4096 negatives, each image's own. */
  imagenet: USUAL,
  /**
   * Ours, for short trainings on an ordinary computer. With so few steps the published recipe hardly leaves the ground:
   * the bank's rows are an epoch old and the encoder runs away from them. What each setting buys: docs/recipe.md.
   */
  folder: {
    ...USUAL,
    encoder: 'resnet10',
    stem: 'quarter',
    width: 32,
    featureNorm: true,
    size: 64,
    resize: 64,
    progression: [0.75],
    epochs: 50,
    batch: 128,
    loss: 'batch',
    noise: 'batch',
    bankShare: 0.5,
    tau: 0.2,
    z: 'running',
    positivesAsNegatives: false,
    optimizer: 'muon',
    lr: 0.3,
    schedule: 'cosine',
    warmup: 1,
    weightDecay: 5e-4,
    ...ignoring(USUALLY_IGNORED),
    readout: 'stages',
    edges: 1.4,
    zoom: 2,
    localCrops: 4,
  },
} satisfies Record<string, Settings>;

/** Those in which what is not given is decided by the pictures and the time. */
export const ADAPTIVE_RECIPES: readonly RecipeName[] = ['folder'];

export type RecipeName = keyof typeof RECIPES;
export const RECIPE_NAMES = Object.keys(RECIPES) as RecipeName[];
/** The one that is taken unless another is given. */
export const DEFAULT_RECIPE: RecipeName = 'folder';
