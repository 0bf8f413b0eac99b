/** @file The loss `supervised`: the parametric softmax over classes, which learns from labels. */
import { DataError } from '../../core/errors.js';
import { matmul } from '../../graph/ops/linear.js';
import { input } from '../../graph/value.js';
import type { ListedPictures, Loss } from './loss.js';
import { headWeight, parametricSoftmaxLoss } from './parametric.js';

/** @throws {DataError} if a picture has no label, or all have the same */
function checkLabels({ ids, labels }: ListedPictures): void {
  const unlabelled = labels.indexOf(undefined);
  if (unlabelled >= 0) {
    const count = labels.filter((label) => label === undefined).length;
    throw new DataError(
      `loss supervised: expected a label for each of ${labels.length} pictures, got none for ${count}, such as ${ids[unlabelled]}. Put them into a folder for each class, or give --labels.`,
    );
  }
  if (new Set(labels).size < 2) {
    throw new DataError(`loss supervised: expected two classes or more, got only '${labels[0]}'. Give --labels.`);
  }
}

/**
 * **Supervised softmax**: as `parametric`, with a row w_c for each class. It needs a label for each picture, from
 * folder names or `--labels`; every other loss uses labels to measure only.
 */
export const supervised: Loss<'supervised'> = {
  name: 'supervised',
  sentence: 'told its class: the only one that learns from labels',
  settings: [],
  views: 1,
  usesLabels: true,
  describe: (_, { numClasses }) => [`supervised softmax over ${numClasses} classes`],
  numCompared: (_, { numClasses }) => numClasses,
  notes: () => ({
    probability:
      'This run learns from labels: its softmax is over classes, with a weight row for each. The bank is written but not learnt from; the numbers below are what the paper’s loss over it would be.',
  }),
  check: (_, pictures) => checkLabels(pictures),

  build({ embeddings, head }, { batch, dim }, { numClasses }) {
    const classes = input('classes', [batch], 'int64');
    return { loss: parametricSoftmaxLoss(embeddings[0]!, headWeight(head, numClasses, dim), classes) };
  },
  start: (_, { classes }) => ({
    feed: (_step, indices) => ({ classes: Array.from(indices, (image) => classes![image]!) }),
  }),
  classLogits: (embedding, head, numClasses) =>
    matmul(embedding, headWeight(head, numClasses, embedding.shape[1]!), { transB: true }),
};
