/** @file What a run does differently from the paper. */
import type { RunLoss } from '../../source/source.ts';

/** Told where the softmax over the bank is explained; empty for a run that does just that. */
export function softmaxNote({ name, sentence, notes }: RunLoss): string {
  return (
    notes.probability ??
    `In this run, by its loss ${name}, each picture is ${sentence}; the numbers below are what the paper’s loss would be.`
  );
}

/** Told where noise-contrastive estimation is explained. */
export function nceNote({ notes }: RunLoss): string {
  return (
    notes.noise ??
    'This run does not use NCE; it is what the paper trains with where n is too large to sum over in every step.'
  );
}

/** Told where the bank's row is written. */
export function updateNote({ views }: RunLoss): string {
  return views > 1 ? 'With two views, v is here the normalised sum of the features of both.' : '';
}
