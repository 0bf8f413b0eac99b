/** @file `instdisc/method`: InstDisc as graphs: losses over a memory bank, the training step, recipes. */

// The memory bank: a unit row for each picture.

export { nextRows, randomUnitRows } from './bank.js';

// Losses, each with its equation.

export { infoNceLoss } from './infonce.js';
export { type NceOptions, nceLoss } from './nce.js';
export { headWeight, parametricSoftmaxLoss } from './parametric.js';
export { proximalTerm } from './proximal.js';
export { batchSoftmaxLoss, softmaxLoss } from './softmax.js';

// The training step whole, and the encoder without it.

export { type EncodeOptions, encodeGraph, encoderOnnx } from './encode.js';
export { type Drawn, LOSS_NAMES, type LossName, type LossOptions } from './loss.js';
export { type StepOptions, type TrainingStep, trainingStep } from './step.js';

// What a training is set to, and how it changes on the way.

export { cropSize, learningRate } from './schedule.js';
export { RECIPES, type RecipeName, type Settings, type ZPolicy } from './settings.js';
