/** @file How many negatives it takes: NCE and InfoNCE over a ladder of m. */
import { formatCount } from '../../core/format.js';
import { CIFAR10, type Experiment, type RunSpec } from '../experiment.js';
import { knnRow } from '../study-measures.js';
import { UNTRAINED } from '../untrained.js';
import { nceRun } from './table1.js';

function infoNce(negatives: number): RunSpec {
  return {
    name: `infonce-${negatives}`,
    label: `InfoNCE, m = ${formatCount(negatives)}`,
    settings: { loss: 'infonce', negatives, noise: 'image' },
  };
}

export const nceSweep: Experiment = {
  name: 'nce-sweep',
  title: 'How many negatives it takes',
  story: [
    'NCE turns “which of a million pictures is this?” into “is this the picture, or one drawn from the noise?”, asked ' +
      'for m pictures of noise at a time. With one of them each step learns of one comparison; with thousands the estimate ' +
      'comes close to the full softmax. InfoNCE draws the same pictures but puts them into one softmax with the right ' +
      'one: no constant Z to estimate, and what later work found to learn better.',
  ],
  remarks: [],
  published: CIFAR10,
  runs: [
    UNTRAINED,
    ...[1, 4, 16, 64, 512, 4096].map(nceRun),
    ...[1, 4, 16, 64, 512, 4096].map(infoNce),
    { name: 'softmax', label: 'full softmax', settings: { loss: 'softmax' } },
  ],
  isRanking: true,
  columns: [{ name: 'knn', title: 'kNN, k = 200', unit: 'accuracy' }],
  paper: {
    'NCE, m = 1': { knn: 0.425 },
    'NCE, m = 512': { knn: 0.784 },
    'NCE, m = 4,096': { knn: 0.804 },
    'full softmax': { knn: 0.808 },
  },
  measure: knnRow,
};
