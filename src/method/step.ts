/** @file One training step of InstDisc as one graph: forward, loss, backward, optimiser update, new bank rows. */
import { grad } from '../graph/grad.js';
import { add } from '../graph/ops/elementwise.js';
import { gather } from '../graph/ops/indexing.js';
import { mean } from '../graph/ops/reduce.js';
import { split } from '../graph/ops/shape.js';
import { recompute } from '../graph/recompute.js';
import { input, type Outputs, type Value } from '../graph/value.js';
import type { Encoder } from '../nn/encoders/encoder.js';
import { l2Normalize, rowDot } from '../nn/rows.js';
import { type SgdOptions, sgdUpdates } from '../nn/sgd.js';
import { Variables } from '../nn/variables.js';
import { nextRows } from './bank.js';
import { buildLoss, type LossOptions, viewsOf } from './loss.js';

export interface StepOptions {
  /** Pictures. */
  readonly batch: number;
  /** Side of the square crops, in pixels. */
  readonly size: number;
  readonly numImages: number;
  readonly dim: number;
  readonly tau: number;
  readonly loss: LossOptions;
  readonly bankMomentum: number;
  readonly optimizer: SgdOptions;
  /** Whether the backward pass computes the forward pass anew from the encoder's checkpoints; default false. */
  readonly checkpointActivations?: boolean;
}

export interface TrainingStep {
  readonly graph: Outputs;
  /** Of the encoder. */
  readonly variables: Variables;
  /** Of the loss, if it has weights of its own. */
  readonly head: Variables;
}

/**
 * Builds the training step.
 *
 * Inputs: `images` float32[views · batch, 3, size, size] (all first crops, then all second), `indices` int64[batch],
 * `bank` float32[n, dim], `lr` float32[], and what the loss adds (see `buildLoss`).
 *
 * Outputs: `loss` float32[], `similarity` float32[] (mean of v_i·f_i), `features` float32[batch, dim] (of the first
 * crops), `rows` float32[batch, dim] (to be written to the bank at `indices`), `z.estimate` with NCE, and `next.…` for
 * every parameter, buffer and momentum.
 */
export function trainingStep(encoder: Encoder, options: StepOptions): TrainingStep {
  const { batch, size, dim, numImages, tau } = options;
  const views = viewsOf(options.loss.kind);
  const [variables, head] = [new Variables('training'), new Variables('training')];
  const images = input('images', [views * batch, 3, size, size]);
  const indices = input('indices', [batch], 'int64');
  const bank = input('bank', [numImages, dim]);
  const lr = input('lr', []);

  const perCrop = (x: Value): readonly Value[] => split(x, 0, Array(views).fill(batch));
  const embedding = encoder.build(variables, images);
  const [embeddings, crops] = [perCrop(embedding), perCrop(l2Normalize(embedding))];
  const features = crops[0]!;
  const rows = gather(bank, indices);
  const positives = rowDot(features, rows);
  const lossInputs = { embeddings, features: crops, bank, indices, positives, tau, head };
  const { loss, ...extras } = buildLoss(options.loss, lossInputs);

  const checkpoints = options.checkpointActivations ? variables.checkpoints : [];
  const gradients = grad(loss, [...variables.trainable, ...head.trainable, ...checkpoints]);
  const numOfEncoder = variables.parameters.size;
  const numTrainable = numOfEncoder + head.parameters.size;
  const outputs: Outputs = {
    loss,
    similarity: mean(positives, [0]),
    features,
    rows: nextRows(rows, views === 1 ? features : l2Normalize(crops.reduce(add)), options.bankMomentum),
    ...extras,
    ...sgdUpdates(variables, gradients.slice(0, numOfEncoder), lr, options.optimizer),
    ...sgdUpdates(head, gradients.slice(numOfEncoder, numTrainable), lr, options.optimizer),
  };
  const kept = checkpoints.map((value, i) => ({ value, gradient: gradients[numTrainable + i]! }));
  return {
    graph: kept.length > 0 ? recompute(outputs, [loss, ...variables.nextBuffers.values()], images, kept) : outputs,
    variables,
    head,
  };
}
