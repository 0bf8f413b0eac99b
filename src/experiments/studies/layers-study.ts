/** @file Where in the network the likeness is: a linear classifier on each stage. */
import { type Experiment, IMAGENET } from '../experiment.js';
import { K, timeLinear } from '../study-measures.js';
import { UNTRAINED } from '../untrained.js';

/** Stages that are fitted, and the most numbers that one has. */
const NUM_STAGES = 6;
const MAX_DIM = 1024;

export const layersExperiment: Experiment = {
  name: 'layers',
  title: 'Where in the network it is',
  story: [
    'A network sees edges first, then parts, then wholes. If what it learned without labels is about things, a simple ' +
      'classifier on its inner stages should do better the deeper it looks. In networks that were taught other tasks, such ' +
      'as colouring grey pictures, the last stages had become good at that task and worse at this.',
    'So each stage is averaged to a few hundred numbers, and a linear classifier learns the classes from them, with ' +
      'labels; the network itself stays as it is. The untrained network tells how much a classifier gets from any network.',
  ],
  remarks: [
    'The paper has this on ImageNet. Its figures by stage are not among those this program holds, so their cells are ' +
      'empty; of the last stage of a ResNet-50, later work quotes 54.0 %.',
  ],
  published: { ...IMAGENET, encoder: 'AlexNet to ResNet-50' },
  runs: [UNTRAINED, { name: 'softmax', label: 'trained encoder', settings: { loss: 'softmax' } }],
  isRanking: false,
  columns: [
    { name: 'trained', title: 'linear, trained', unit: 'accuracy' },
    { name: 'untrained', title: 'linear, untrained', unit: 'accuracy', isOurs: true },
    { name: 'knn', title: `kNN, k = ${K}, trained`, unit: 'accuracy', isOurs: true },
  ],
  paper: {},
  timeMeasure: async (backend) => NUM_STAGES * (await timeLinear('logistic', MAX_DIM, backend)),
  measure: async (measured, spec) => {
    const { stages } = await measured.layers({ ks: [K] });
    return {
      rows: stages.map(({ name, linear, knn }) => ({
        label: name,
        values: spec.untrained ? { untrained: linear.top1 } : { trained: linear.top1, knn: knn.knn[0]!.top1 },
      })),
    };
  },
};
