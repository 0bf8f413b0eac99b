/** @file One training step of InstDisc as one graph: forward, loss, backward, optimiser update, new bank rows. */
import { grad } from '../graph/grad.js';
import { add, mul } from '../graph/ops/elementwise.js';
import { gather } from '../graph/ops/indexing.js';
import { mean } from '../graph/ops/reduce.js';
import { split } from '../graph/ops/shape.js';
import { recompute } from '../graph/recompute.js';
import { input, type Outputs, scalar, type Value } from '../graph/value.js';
import type { Encoder } from '../nn/encoders/encoder.js';
import { OPTIMIZERS } from '../nn/optimizers.js';
import { l2Normalize, rowDot } from '../nn/rows.js';
import { sgdUpdates } from '../nn/sgd.js';
import { Variables } from '../nn/variables.js';
import { nextRows } from './bank.js';
import type { Instances, Loss } from './losses/loss.js';
import type { LossSettings } from './losses/loss-settings.js';
import { LEAST_SIZE, type Settings } from './settings.js';
import { gatherFeatures, shareMeans } from './shared-step.js';

/** Settings that a step is made of. */
export type StepSettings = LossSettings &
  Pick<Settings, 'size' | 'bankMomentum' | 'optimizer' | 'momentum' | 'weightDecay' | 'checkpointActivations'>;

export interface TrainingStep {
  readonly graph: Outputs;
  /** Of the encoder. */
  readonly variables: Variables;
  /** Of the loss, if it has weights of its own. */
  readonly head: Variables;
  /** Inputs that other ranks' numbers come in by, in the order in which they come: see `divide`. None of a rank alone. */
  readonly late: readonly (readonly string[])[];
}

/**
 * The crops of a step beside those of full size, if there are any.
 *
 * @returns how many of each picture, their side in pixels, and the least and greatest part of the area they cover
 */
export function smallerCrops(
  { settings: asked }: Loss,
  { localCrops, localScale, localSize, size }: StepSettings,
): { readonly count: number; readonly size: number; readonly scale: readonly [number, number] } | undefined {
  if (localCrops === 0 || !asked.includes('localCrops')) return undefined;
  return { count: localCrops, size: Math.max(LEAST_SIZE, Math.round(size * localSize)), scale: localScale };
}

/**
 * Builds the training step.
 *
 * Inputs: `images` float32[views · batch, 3, size, size] (all first crops, then all second), `local` likewise if there are
 * smaller crops, `indices` int64[batch],
 * `bank` float32[n, dim], `lr` float32[], and what the loss adds (see its `build`).
 *
 * Outputs: `loss` float32[], `similarity` float32[] (mean of v_i·f_i), `features` float32[batch, dim] (of the first
 * crops), `rows` float32[batch, dim] (to be written to the bank at `indices`), what the loss gives beside, and `next.…`
 * for every parameter, buffer and momentum.
 *
 * Of several ranks each builds it with its own part of the batch. What they have to tell one another, and inputs for what
 * they are told, are then in the graph (`shared-step.ts`).
 *
 * @param settings of which `batch` counts the pictures of this rank
 */
export function trainingStep(
  encoder: Encoder,
  loss: Loss,
  settings: StepSettings,
  instances: Instances,
  ranks = 1,
): TrainingStep {
  const { batch, size, dim } = settings;
  const { views } = loss;
  const [variables, head] = [new Variables('training'), new Variables('training')];
  const images = input('images', [views * batch, ...(encoder.takes?.(size) ?? [3, size, size])]);
  const indices = input('indices', [batch], 'int64');
  const bank = input('bank', [instances.numImages, dim]);
  const lr = input('lr', []);

  const perCrop = (x: Value): readonly Value[] => split(x, 0, Array(views).fill(batch));
  const smaller = smallerCrops(loss, settings);
  // Before the others, so that running statistics are those of the others.
  const local =
    smaller && encoder.build(variables, input('local', [smaller.count * batch, 3, smaller.size, smaller.size]));
  const embedding = variables.again(() => encoder.build(variables, images));
  const [embeddings, crops] = [perCrop(embedding), perCrop(l2Normalize(embedding))];
  const features = crops[0]!;
  const rows = gather(bank, indices);
  const positives = rowDot(features, rows);
  const own = {
    embeddings,
    features: crops,
    local: local ? split(l2Normalize(local), 0, Array(smaller!.count).fill(batch)) : [],
    bank,
    indices,
    positives,
    head,
  };
  const gathered = ranks > 1 && loss.gathers === true ? gatherFeatures(own, ranks) : undefined;
  const built = loss.build(
    gathered?.inputs ?? own,
    gathered ? { ...settings, batch: batch * ranks } : settings,
    instances,
  );
  const { loss: value, ...extras } = built;

  const checkpoints = settings.checkpointActivations ? variables.checkpoints : [];
  // A loss of all ranks' pictures is what each differentiates by its own features: the sum over ranks is the gradient.
  const differentiated = gathered ? mul(value, scalar(ranks)) : value;
  const gradients = grad(differentiated, [...variables.trainable, ...head.trainable, ...checkpoints]);
  const forward = [value, ...variables.nextBuffers.values()];
  const numTrainable = variables.parameters.size + head.parameters.size;
  const told = { loss: value, similarity: mean(positives, [0]), ...extras };
  const shared = ranks > 1 ? shareMeans(gradients.slice(0, numTrainable), variables, told, ranks) : undefined;
  const [ofEncoder, ofHead] = cut(shared?.gradients ?? gradients, variables.parameters.size, numTrainable);
  const outputs: Outputs = {
    ...(shared?.told ?? told),
    features,
    rows: nextRows(rows, views === 1 ? features : l2Normalize(crops.reduce(add)), settings.bankMomentum),
    ...gathered?.outputs,
    ...shared?.outputs,
    ...sgdUpdates(
      variables,
      ofEncoder,
      lr,
      { ...settings, ...(encoder.rateOf && { rateOf: encoder.rateOf }) },
      OPTIMIZERS[settings.optimizer],
    ),
    ...sgdUpdates(head, ofHead, lr, settings),
  };
  const kept = checkpoints.map((value, i) => ({ value, gradient: gradients[numTrainable + i]! }));
  return {
    graph: kept.length > 0 ? recompute(outputs, forward, images, kept) : outputs,
    variables,
    head,
    late: [gathered?.late, shared?.late].filter((names) => names !== undefined),
  };
}

function cut(values: readonly Value[], first: number, second: number): [Value[], Value[]] {
  return [values.slice(0, first), values.slice(first, second)];
}
