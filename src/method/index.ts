/**
 * @file `instdisc/method`: InstDisc as graphs: losses over a memory bank, the training step, recipes.
 *
 * @packageDocumentation
 */

// The memory bank: a unit row for each picture.

export { nextRows, randomUnitRows } from './bank.js';

// Losses, each with its equation and what a training must know of it.

export { batchSoftmaxLoss } from './losses/batch.js';
export { infoNceLoss } from './losses/infonce.js';
export type {
  Counts,
  Guess,
  Instances,
  ListedPictures,
  Loss,
  LossFeeds,
  LossInputs,
  LossOutputs,
  MethodNotes,
  RunningLoss,
} from './losses/loss.js';
export type { LossSetting, LossSettings } from './losses/loss-settings.js';
export { LOSSES } from './losses/losses.js';
export { LOSS_NAMES, type LossName, lossNamed } from './losses/named-losses.js';
export { type NceOptions, nceLoss } from './losses/nce.js';
export { headWeight, parametricSoftmaxLoss } from './losses/parametric.js';
export { proximalTerm } from './losses/proximal.js';
export { softmaxLoss } from './losses/softmax.js';

// The training step whole, and the encoder without it.

export { type EncodeOptions, encodeGraph, encoderOnnx } from './encode.js';
export { type StepSettings, type TrainingStep, trainingStep } from './step.js';

// What a training is set to, and how it changes on the way.

export { DEFAULT_RECIPE, RECIPES, type RecipeName } from './recipes.js';
export { cropSize, learningRate } from './schedule.js';
export type { Declared } from './setting.js';
export { SETTINGS, type SettingName, type Settings } from './settings.js';
