/** @file A loss that stays at guessing: nothing is being learnt, and nothing else would say so. */
import type { Settings } from '../method/settings.js';
import type { StepResult } from './trainer.js';

/** Epochs in a row from which on it is told. */
export const GUESSING_EPOCHS = 3;
/** A loss above this part of that of guessing is no better: features that are all alike come within rounding of it. */
const MARGIN = 0.995;

/** Whether an epoch's mean loss is no better than guessing, what the proximal term adds to it taken off. */
export function isGuessing({ loss, similarity }: StepResult, { proximal }: Settings, guessing: number): boolean {
  return loss - 2 * proximal * (1 - similarity) > MARGIN * guessing;
}
