/** @file What a run does differently from the softmax over the bank. */
import type { Settings } from '../../source/source.ts';

/** Told where the softmax is explained; empty for a run that does just that. */
export function softmaxNote({ loss, batch, negatives }: Settings): string {
  switch (loss) {
    case 'softmax':
      return '';
    case 'nce':
    case 'infonce':
      return `This run does not sum over all n rows while it trains: it compares with ${negatives} drawn ones (next step). What is shown here is what that estimates.`;
    case 'batch':
      return `This run takes the softmax over its batch, not over the bank: each of the ${batch} pictures of a batch is seen in two views, and the second view’s feature stands where vᵢ stands here. Nothing that it pushes away is older than a step. What draws a view is the other view and, as far as bankShare says, its bank row; the numbers below are what the paper’s loss would be.`;
    case 'parametric':
      return 'This run learns a weight row wᵢ for each picture and takes the softmax of wᵢ·v (eq. 1). The bank is written but not learnt from; the numbers below are what the paper’s loss over it would be.';
    case 'supervised':
      return 'This run learns from labels: its softmax is over classes, with a weight row for each. The bank is written but not learnt from; the numbers below are what the paper’s loss over it would be.';
  }
}

const Z_FROM = {
  first: 'its first batch',
  running: 'a running mean over batches',
  closed: 'the closed form for random vectors',
};

/** Told where NCE is explained. */
export function nceNote({ loss, negatives, z }: Settings): string {
  if (loss === 'nce') {
    return `This run trains with m = ${negatives} and a constant Z from ${Z_FROM[z]}. Here m is smaller, so that each negative can be seen, and Z is exact.`;
  }
  if (loss === 'infonce') {
    return `This run draws ${negatives} negatives too, but takes the softmax over them and its own row (InfoNCE), which needs no Z.`;
  }
  return 'This run does not use NCE; it is what the paper trains with where n is too large to sum over in every step.';
}

/** Told where the bank's row is written. */
export function updateNote({ loss }: Settings): string {
  return loss === 'batch' ? 'With two views, v is here the normalised sum of the features of both.' : '';
}
