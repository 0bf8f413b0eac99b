/** @file What a client is told of the loss of a run, so that it need not know which losses there are. */
import { type Counts, guessOf } from '../method/losses/loss.js';
import { lossNamed } from '../method/losses/named-losses.js';
import type { RunConfig } from '../run/config.js';
import type { RunLoss } from './api.js';

/** @param counts of the pictures that are learnt from */
export function runLoss({ settings, noiseWeights }: RunConfig, counts: Counts): RunLoss {
  const loss = lossNamed(settings.loss);
  const { name, sentence, views, usesLabels = false } = loss;
  const numCompared = loss.numCompared(settings, counts);
  const guessing = numCompared > 0 ? guessOf(loss, settings, counts, noiseWeights !== null) : undefined;
  const notes = loss.notes?.(settings) ?? {};
  return { name, sentence, views, usesLabels, numCompared, ...(guessing && { guessing }), notes };
}

interface Labelled {
  readonly ids: readonly string[];
  readonly labels?: readonly (string | null | undefined)[];
}

/** Of the pictures that a training learns from. */
export function countsOf({ ids, labels = [] }: Labelled): Counts {
  return { numImages: ids.length, numClasses: new Set(labels.filter((label) => label != null)).size };
}
