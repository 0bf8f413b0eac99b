/** @file A loss that stays at guessing: nothing is being learnt, and nothing else would say so. */
import { numCompared } from '../method/loss.js';
import type { Settings } from '../method/settings.js';
import type { Instances, StepResult } from './trainer.js';

/** Epochs in a row from which on it is told. */
export const GUESSING_EPOCHS = 3;
/** A loss above this part of that of guessing is no better: features that are all alike come within rounding of it. */
const MARGIN = 0.995;

/**
 * The loss of features that know nothing, in nats: ln of the number of rows that each picture is told from, or with NCE
 * that of telling one image from m that are as likely, ln(m + 1) + m·ln(1 + 1/m).
 *
 * @returns undefined for NCE with given noise, where it depends on what is drawn
 */
export function guessingLoss(settings: Settings, { numImages, classes, noiseWeights }: Instances): number | undefined {
  const { loss, negatives } = settings;
  const choices = Math.log(numCompared(loss, { ...settings, numImages, numClasses: classes?.count ?? 0 }));
  if (loss !== 'nce') return choices;
  return noiseWeights === undefined ? choices + negatives * Math.log1p(1 / negatives) : undefined;
}

/** Whether an epoch's mean loss is no better than guessing, what the proximal term adds to it taken off. */
export function isGuessing({ loss, similarity }: StepResult, { proximal }: Settings, guessing: number): boolean {
  return loss - 2 * proximal * (1 - similarity) > MARGIN * guessing;
}
