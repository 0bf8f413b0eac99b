/** @file The library: what the command line does, as functions. The graph layer alone is `instdisc/graph`. */
export * from './core/errors.js';
export { type Neighbours } from './search/neighbours.js';
export { RECIPES, type RecipeName, type Settings } from './method/settings.js';
export { type GivenSettings, resolveSettings, type RunConfig } from './train/config.js';
export type { EpochRecord, Plan, StepReport, TrainEvent } from './train/events.js';
export { train, type TrainOptions } from './train/train.js';
