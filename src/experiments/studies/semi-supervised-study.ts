/** @file What learning without labels is worth when there are few of them. */

import { percent } from '../../core/format.js';
import { type Experiment, IMAGENET } from '../experiment.js';
import { fineTuneBudget } from '../semi-supervised/fine-tune.js';
import { semiSupervised } from '../semi-supervised/semi-supervised.js';
import { FRACTIONS } from '../semi-supervised/semi-supervised-options.js';

function labelOf(fraction: number): string {
  return `${percent(fraction, 0)} of the labels`;
}

/** Pictures that pass through the steps of all trainings with labels: each part is learned from twice. */
function picturesTrainedOn(pictures: number): number {
  return FRACTIONS.reduce((sum, fraction) => {
    const { steps, batch } = fineTuneBudget(Math.max(1, Math.round(fraction * pictures)), {});
    return sum + 2 * steps * batch;
  }, 0);
}

export const semiSupervisedExperiment: Experiment = {
  name: 'semi-supervised',
  title: 'When few pictures have labels',
  story: [
    'Pictures are many, labels are dear. So learn from all pictures without labels first, and then fine-tune what was ' +
      'learned with the few labels there are. Against it stands the same network, trained from scratch with just these ' +
      'labels, for as many steps. The fewer labels there are, the more the first should be ahead.',
  ],
  remarks: [
    'The paper’s figures are top-5 accuracies on ImageNet, whose thousand classes make that harder than it is here.',
  ],
  published: { ...IMAGENET, encoder: 'ResNet-50, width 64' },
  runs: [
    {
      name: 'softmax',
      label: 'learned without labels',
      settings: { loss: 'softmax' },
      trainsAfterwards: picturesTrainedOn,
    },
  ],
  isRanking: false,
  columns: [
    { name: 'tuned', title: 'fine-tuned', unit: 'accuracy' },
    { name: 'scratch', title: 'from scratch', unit: 'accuracy' },
    { name: 'tuned5', title: 'fine-tuned, top-5', unit: 'accuracy' },
    { name: 'scratch5', title: 'from scratch, top-5', unit: 'accuracy' },
  ],
  paper: { '1 % of the labels': { tuned5: 0.392 }, '10 % of the labels': { tuned5: 0.774 } },
  measure: async ({ run, options: { folders, seed, signal, onProgress } }) => {
    const { rows } = await semiSupervised({
      run: run.path,
      reference: [folders.reference!],
      test: [folders.test!],
      seed,
      signal,
      onProgress: ({ fraction, start, done }) =>
        onProgress(`${labelOf(fraction)}, ${start === 'encoder' ? 'fine-tuning' : 'from scratch'}`, done),
    });
    return {
      rows: rows.map(({ fraction, encoder, scratch }) => ({
        label: labelOf(fraction),
        values: { tuned: encoder.top1, scratch: scratch.top1, tuned5: encoder.top5, scratch5: scratch.top5 },
      })),
    };
  },
};
