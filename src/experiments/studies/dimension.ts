/** @file How many numbers a feature needs. */
import { type Experiment, IMAGENET } from '../experiment.js';
import { knnRow } from '../study-measures.js';
import { UNTRAINED } from '../untrained.js';

export const dimension: Experiment = {
  name: 'dimension',
  title: 'How many numbers a picture needs',
  story: [
    'The network ends in a feature of 128 numbers, small enough that the features of a million pictures fit into half a ' +
      'gigabyte. Is that too few to tell them all apart? The paper trains with 32, 64, 128 and 256.',
  ],
  remarks: [
    'The paper has this on ImageNet. Its figures are not among those this program holds, so their cells are empty.',
  ],
  published: IMAGENET,
  runs: [
    UNTRAINED,
    ...[32, 64, 128, 256].map((dim) => ({
      name: `dim-${dim}`,
      label: `${dim} dimensions`,
      settings: { loss: 'softmax', dim },
    })),
  ],
  isRanking: true,
  columns: [{ name: 'knn', title: 'kNN, k = 200', unit: 'accuracy' }],
  paper: {},
  measure: knnRow,
};
