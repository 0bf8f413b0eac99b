/** @file What more pictures buy. */
import { type Experiment, IMAGENET } from '../experiment.js';
import { knnRow } from '../study-measures.js';
import { UNTRAINED } from '../untrained.js';

const PARTS = [
  [1 / 16, 'a sixteenth'],
  [1 / 8, 'an eighth'],
  [1 / 4, 'a quarter'],
  [1 / 2, 'half'],
  [1, 'all'],
] as const;

export const dataSize: Experiment = {
  name: 'data-size',
  title: 'What more pictures buy',
  story: [
    'Pictures without labels cost nothing, so a method that learns from them should go on getting better with more. ' +
      'Each encoder here learns from a part of the pictures; then all answer the same question: they name test pictures ' +
      'by the same labelled ones, so that only what was learned differs.',
  ],
  remarks: [
    'All runs take the same number of steps: with half the pictures each is seen twice as often.',
    'The paper has this on ImageNet. Its figures are not among those this program holds, so their cells are empty.',
  ],
  published: IMAGENET,
  runs: [
    UNTRAINED,
    ...PARTS.map(([fraction, part]) => ({
      name: `part-${1 / fraction}`,
      label: `${part} of the pictures`,
      settings: { loss: 'softmax' },
      fraction,
    })),
  ],
  isRanking: true,
  columns: [{ name: 'knn', title: 'kNN, k = 200', unit: 'accuracy' }],
  paper: {},
  measure: knnRow,
};
