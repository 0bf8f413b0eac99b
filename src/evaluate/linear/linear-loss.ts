/** @file Losses of linear classifiers, as graphs. */
import { exp, log, mul, sub } from '../../graph/ops/elementwise.js';
import { sum } from '../../graph/ops/reduce.js';
import { max } from '../../graph/ops/reductions.js';
import { relu } from '../../graph/ops/relu.js';
import type { Value } from '../../graph/value.js';

export type LinearKind = 'logistic' | 'svm';

export const LINEAR_NAMES: Readonly<Record<LinearKind, string>> = {
  logistic: 'logistic regression',
  svm: 'linear SVM',
};

/** What a loss is told of the class of a row: a number for its own class and one for each other. */
export const TARGETS: Readonly<Record<LinearKind, { readonly own: number; readonly other: number }>> = {
  logistic: { own: 1, other: 0 },
  svm: { own: 1, other: -1 },
};

/**
 * Loss of some rows, added up; a row whose targets are all zero counts nothing.
 *
 * `logistic` is the cross-entropy of the softmax over classes. `svm` is, for each class against the others, the squared
 * hinge max(0, 1 − t·s)² (LIBLINEAR's default).
 *
 * @param scores float32[rows, classes]
 * @param targets float32[rows, classes], as TARGETS says
 * @returns float32[]
 */
export function linearLoss(kind: LinearKind, scores: Value, targets: Value): Value {
  if (kind === 'svm') {
    const shortOfMargin = relu(sub(mul(targets, targets), mul(targets, scores)));
    return sum(mul(shortOfMargin, shortOfMargin), [0, 1]);
  }
  const centred = sub(scores, max(scores, [1], true));
  return sum(mul(targets, sub(log(sum(exp(centred), [1], true)), centred)), [0, 1]);
}
