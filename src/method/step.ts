/** @file One training step of InstDisc as one graph: forward, loss, backward, optimiser update, new bank rows. */
import { grad } from '../graph/grad.js';
import { add } from '../graph/ops/elementwise.js';
import { gather } from '../graph/ops/indexing.js';
import { mean } from '../graph/ops/reduce.js';
import { concat, split } from '../graph/ops/shape.js';
import { input, type Outputs, type Value } from '../graph/value.js';
import type { Encoder } from '../nn/encoders/encoder.js';
import { momentumName, sgd, type SgdOptions } from '../nn/sgd.js';
import { Variables } from '../nn/variables.js';
import { nextRows } from './bank.js';
import { nceLoss } from './nce.js';
import { l2Normalize, rowDot } from './normalize.js';
import { softmaxLoss } from './softmax.js';

export type LossOptions =
  | { readonly kind: 'softmax' }
  /** `perImage`: m negatives for each image of the batch, as the official code; else m that the batch shares. */
  | { readonly kind: 'nce'; readonly negatives: number; readonly perImage: boolean };

export interface StepOptions {
  /** Pictures. */
  readonly batch: number;
  /**
   * Crops of each picture. With 1, as published, a feature's positive is its picture's bank row, which is as old as an
   * epoch. With 2 it is the feature of the picture's other crop; the bank's other rows are still what it is told from.
   */
  readonly views: 1 | 2;
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
 * Inputs: `images` float32[views · batch, 3, size, size] (all first crops, then all second), `indices` int64[batch], `bank` float32[n, dim], `lr` float32[]; with
 * NCE also `negatives` int64[m] or int64[batch, m], and `z` float32[].
 *
 * Outputs: `loss` float32[], `similarity` float32[] (mean of v_i·f_i), `features` float32[views · batch, dim], `rows`
 * float32[batch, dim] (to be written to the bank at `indices`), `z.estimate` with NCE, and `next.…` for every parameter, buffer and momentum.
 */
export function trainingStep(encoder: Encoder, options: StepOptions): TrainingStep {
  const { batch, views, size, dim, numImages, tau, loss: lossOptions } = options;
  const variables = new Variables('training');
  const images = input('images', [views * batch, 3, size, size]);
  const indices = input('indices', [batch], 'int64');
  const bank = input('bank', [numImages, dim]);
  const lr = input('lr', []);

  const features = l2Normalize(encoder.build(variables, images));
  const rows = gather(bank, indices);
  const crops = split(features, 0, Array(views).fill(batch));
  const own = rowDot(features, concat(crops.map(() => rows), 0));
  const positives = views === 1 ? own : rowDot(features, concat(crops.toReversed(), 0));
  const { loss, ...extras } = buildLoss(features, bank, own, positives, lossOptions, tau);

  const outputs: Record<string, Value> = {
    loss,
    similarity: mean(own, [0]),
    features,
    rows: nextRows(rows, l2Normalize(crops.reduce(add)), options.bankMomentum),
    ...extras,
  };
  const parameters = Array.from(variables.parameters, ([name, { value }]) => ({ name, value }));
  const gradients = grad(loss, parameters.map(({ value }) => value));
  parameters.forEach(({ name, value }, i) => {
    const { parameter, buffer } = sgd(name, value, gradients[i]!, lr, options.optimizer);
    outputs[`next.${name}`] = parameter;
    outputs[`next.${momentumName(name)}`] = buffer;
  });
  for (const [name, value] of variables.nextBuffers) outputs[`next.${name}`] = value;
  return { graph: outputs, variables };
}

function buildLoss(
  features: Value,
  bank: Value,
  own: Value,
  positives: Value,
  options: LossOptions,
  tau: number,
): { readonly loss: Value; readonly [extra: string]: Value } {
  if (options.kind === 'softmax') return { loss: softmaxLoss(features, bank, own, positives, tau) };
  const shape = options.perImage ? [features.shape[0]!, options.negatives] : [options.negatives];
  const negatives = input('negatives', shape, 'int64');
  const { loss, estimate } = nceLoss(features, bank, positives, negatives, input('z', []), { tau });
  return { loss, 'z.estimate': estimate };
}
