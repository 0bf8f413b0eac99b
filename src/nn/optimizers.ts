/** @file The optimisers, by name. */
import { muon } from './muon.js';
import { type Optimizer, sgd } from './sgd.js';

export const OPTIMIZERS = { sgd, muon } as const satisfies Record<string, Optimizer>;
export type OptimizerName = keyof typeof OPTIMIZERS;
export const OPTIMIZER_NAMES = Object.keys(OPTIMIZERS) as OptimizerName[];
