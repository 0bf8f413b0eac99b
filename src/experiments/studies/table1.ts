/** @file Table 1 of the paper: what each picture is told from the others by. */
import { formatCount } from '../../core/format.js';
import { CIFAR10, type Experiment, type RunSpec } from '../experiment.js';
import { knnShare, timeLinear } from '../study-measures.js';
import { UNTRAINED } from '../untrained.js';

/** NCE as the paper has it: each picture draws m negatives of its own. */
export function nceRun(negatives: number): RunSpec {
  return {
    name: `nce-${negatives}`,
    label: `NCE, m = ${formatCount(negatives)}`,
    settings: { loss: 'nce', negatives, noise: 'image' },
  };
}

export const table1: Experiment = {
  name: 'table1',
  title: 'Table 1: a memory instead of a classifier',
  story: [
    'Treat every picture as a class of its own and learn to tell them all apart: that is instance discrimination. The ' +
      'obvious way is an ordinary classifier with one weight vector for each picture, the parametric softmax. The paper ' +
      'does without these weights: it compares a picture with the features of the others, kept in a memory bank. Nothing ' +
      'is left between the features and the question that they are later asked, “which picture is nearest?”, and so they ' +
      'should answer it better.',
    'Comparing with every picture gets dear when there are millions. Noise-contrastive estimation (NCE) compares with m ' +
      'pictures drawn at random instead. The table asks how many it takes: the more, the nearer to the full softmax.',
  ],
  remarks: [],
  published: CIFAR10,
  runs: [
    UNTRAINED,
    { name: 'parametric', label: 'parametric softmax', settings: { loss: 'parametric' } },
    { name: 'softmax', label: 'non-parametric softmax', settings: { loss: 'softmax' } },
    ...[1, 10, 512, 4096].map(nceRun),
  ],
  isRanking: true,
  columns: [
    { name: 'knn', title: 'kNN, k = 200', unit: 'accuracy' },
    { name: 'svm', title: 'linear SVM', unit: 'accuracy' },
  ],
  paper: {
    'parametric softmax': { svm: 0.603, knn: 0.63 },
    'non-parametric softmax': { svm: 0.754, knn: 0.808 },
    'NCE, m = 1': { svm: 0.443, knn: 0.425 },
    'NCE, m = 10': { svm: 0.602, knn: 0.634 },
    'NCE, m = 512': { svm: 0.643, knn: 0.784 },
    'NCE, m = 4,096': { svm: 0.702, knn: 0.804 },
  },
  timeMeasure: (backend) => timeLinear('svm', 128, backend),
  measure: async (measured, { label }) => {
    const [knn, { top1: svm }] = [await knnShare(measured), await measured.linear('svm')];
    return { rows: [{ label, values: { knn, svm } }] };
  },
};
