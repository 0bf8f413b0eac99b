/** @file One training step of InstDisc as one graph: forward, loss, backward, optimiser update, new bank rows. */
import { grad } from '../graph/grad.js';
import { add } from '../graph/ops/elementwise.js';
import { gather } from '../graph/ops/indexing.js';
import { mean } from '../graph/ops/reduce.js';
import { split } from '../graph/ops/shape.js';
import { input, type Outputs, type Value } from '../graph/value.js';
import type { Encoder } from '../nn/encoders/encoder.js';
import { momentumName, type SgdOptions, sgd } from '../nn/sgd.js';
import { Variables } from '../nn/variables.js';
import { nextRows } from './bank.js';
import { nceLoss } from './nce.js';
import { l2Normalize, rowDot } from './normalize.js';
import { batchSoftmaxLoss, softmaxLoss } from './softmax.js';

export type LossOptions =
  /** Over all rows of the bank. */
  | { readonly kind: 'softmax' }
  /** `perImage`: m negatives for each image of the batch, as the official code; else m that the batch shares. */
  | { readonly kind: 'nce'; readonly negatives: number; readonly perImage: boolean }
  /** Over the batch's own images, each seen in two crops; the bank is written, but not learnt from. */
  | { readonly kind: 'batch' };

/** Crops of each picture that a loss needs. */
export function viewsOf(loss: LossOptions['kind']): 1 | 2 {
  return loss === 'batch' ? 2 : 1;
}

export interface StepOptions {
  /** Pictures. */
  readonly batch: number;
  /** Side of the square crops, in pixels. */
  readonly size: number;
  readonly dim: number;
  readonly numImages: number;
  readonly tau: number;
  readonly loss: LossOptions;
  readonly bankMomentum: number;
  readonly optimizer: SgdOptions;
}

export interface TrainingStep {
  readonly graph: Outputs;
  readonly variables: Variables;
}

/**
 * Builds the training step.
 *
 * Inputs: `images` float32[views · batch, 3, size, size] (all first crops, then all second), `indices` int64[batch],
 * `bank` float32[n, dim], `lr` float32[]; with NCE also `negatives` int64[m] or int64[batch, m], and `z` float32[].
 *
 * Outputs: `loss` float32[], `similarity` float32[] (mean of v_i·f_i), `features` float32[batch, dim] (of the first
 * crops), `rows` float32[batch, dim] (to be written to the bank at `indices`), `z.estimate` with NCE, and `next.…` for
 * every parameter, buffer and momentum.
 */
export function trainingStep(encoder: Encoder, options: StepOptions): TrainingStep {
  const { batch, size, dim, numImages } = options;
  const views = viewsOf(options.loss.kind);
  const variables = new Variables('training');
  const images = input('images', [views * batch, 3, size, size]);
  const indices = input('indices', [batch], 'int64');
  const bank = input('bank', [numImages, dim]);
  const lr = input('lr', []);

  const crops = split(l2Normalize(encoder.build(variables, images)), 0, Array(views).fill(batch));
  const features = crops[0]!;
  const rows = gather(bank, indices);
  const positives = rowDot(features, rows);
  const { loss, ...extras } = buildLoss(crops, bank, positives, options);

  const outputs: Record<string, Value> = {
    loss,
    similarity: mean(positives, [0]),
    features,
    rows: nextRows(rows, views === 1 ? features : l2Normalize(crops.reduce(add)), options.bankMomentum),
    ...extras,
  };
  const parameters = Array.from(variables.parameters, ([name, { value }]) => ({ name, value }));
  const gradients = grad(
    loss,
    parameters.map(({ value }) => value),
  );
  parameters.forEach(({ name, value }, i) => {
    const { parameter, buffer } = sgd(name, value, gradients[i]!, lr, options.optimizer);
    outputs[`next.${name}`] = parameter;
    outputs[`next.${momentumName(name)}`] = buffer;
  });
  for (const [name, value] of variables.nextBuffers) outputs[`next.${name}`] = value;
  return { graph: outputs, variables };
}

function buildLoss(
  crops: readonly Value[],
  bank: Value,
  positives: Value,
  { loss: options, tau }: StepOptions,
): { readonly loss: Value; readonly [extra: string]: Value } {
  const features = crops[0]!;
  if (options.kind === 'batch') return { loss: batchSoftmaxLoss(features, crops[1]!, tau) };
  if (options.kind === 'softmax') return { loss: softmaxLoss(features, bank, positives, tau) };
  const shape = options.perImage ? [features.shape[0]!, options.negatives] : [options.negatives];
  const negatives = input('negatives', shape, 'int64');
  const { loss, estimate } = nceLoss(features, bank, positives, negatives, input('z', []), { tau });
  return { loss, 'z.estimate': estimate };
}
