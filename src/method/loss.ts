/** @file The losses to choose from, and what each needs of a training step. */
import { add } from '../graph/ops/elementwise.js';
import { gather } from '../graph/ops/indexing.js';
import { input, type Value } from '../graph/value.js';
import type { Variables } from '../nn/variables.js';
import { infoNceLoss } from './infonce.js';
import { nceLoss } from './nce.js';
import { headWeight, parametricSoftmaxLoss } from './parametric.js';
import { proximalTerm } from './proximal.js';
import { batchSoftmaxLoss, softmaxLoss } from './softmax.js';

/** All of them; each is documented where it is built. */
export const LOSS_NAMES = ['softmax', 'nce', 'infonce', 'batch', 'parametric', 'supervised'] as const;
export type LossName = (typeof LOSS_NAMES)[number];

/** `perImage`: m negatives for each image of the batch, as the official code; else m that the batch shares. */
export interface Drawn {
  readonly negatives: number;
  readonly perImage: boolean;
}

export type LossOptions =
  /** Over all rows of the bank. */
  | { readonly kind: 'softmax'; readonly proximal?: number }
  /** Against rows drawn from the bank; `givenNoise`: by a distribution that is not uniform. */
  | (Drawn & { readonly kind: 'nce'; readonly givenNoise?: boolean; readonly proximal?: number })
  /** Over the picture's own row and rows drawn from the bank. */
  | (Drawn & { readonly kind: 'infonce'; readonly proximal?: number })
  /** Over the batch's own images, each seen in two crops; `bankShare` of what draws an image comes from its bank row. */
  | { readonly kind: 'batch'; readonly bankShare?: number }
  /** Over a weight row for each image; the bank is written, but not learnt from. */
  | { readonly kind: 'parametric' }
  /** Over a weight row for each class; the bank is written, but not learnt from. */
  | { readonly kind: 'supervised'; readonly numClasses: number };

/** Losses that learn from the bank, to which a proximal term can be added. */
export const BANK_LOSSES: readonly LossName[] = ['softmax', 'nce', 'infonce'];
/** Losses with negatives drawn from the bank. */
export const DRAWING_LOSSES: readonly LossName[] = ['nce', 'infonce'];

/** Crops of each picture that a loss needs. */
export function viewsOf(loss: LossName): 1 | 2 {
  return loss === 'batch' ? 2 : 1;
}

/** How many rows a loss tells each picture from, its own included: the pictures of the batch, images, or classes. */
export function numCompared(
  loss: LossName,
  {
    negatives,
    batch,
    numImages,
    numClasses,
  }: Readonly<Record<'negatives' | 'batch' | 'numImages' | 'numClasses', number>>,
): number {
  return {
    softmax: numImages,
    nce: negatives + 1,
    infonce: negatives + 1,
    batch,
    parametric: numImages,
    supervised: numClasses,
  }[loss];
}

/** What a loss is made of. */
export interface LossInputs {
  /** float32[batch, dim] for each crop: what the encoder gives, as it is. */
  readonly embeddings: readonly Value[];
  /** float32[batch, dim] for each crop: the same as unit rows. */
  readonly features: readonly Value[];
  /** float32[n, dim] */
  readonly bank: Value;
  /** int64[batch] */
  readonly indices: Value;
  /** float32[batch], the similarity of each first crop's feature with its image's row */
  readonly positives: Value;
  readonly tau: number;
  /** Takes the parameters that belong to the loss, not to the encoder. */
  readonly head: Variables;
}

/**
 * Builds a loss. Further inputs of the graph: `negatives` int64[m] or int64[batch, m] where they are drawn; with NCE
 * `z` float32[], and `noise` float32[n], n·P_n, where it is given; `classes` int64[batch] with `supervised`.
 *
 * @returns loss float32[], and `z.estimate` float32[] with NCE
 */
export function buildLoss(
  options: LossOptions,
  inputs: LossInputs,
): { readonly loss: Value; readonly [extra: string]: Value } {
  const { embeddings, features: crops, bank, indices, positives, tau, head } = inputs;
  const [v, features] = [embeddings[0]!, crops[0]!];
  const [batch, dim] = features.shape as [number, number];
  const withProximal = (loss: Value, lambda = 0): Value =>
    lambda === 0 ? loss : add(loss, proximalTerm(positives, lambda));
  const drawn = ({ negatives, perImage }: Drawn): Value =>
    input('negatives', perImage ? [batch, negatives] : [negatives], 'int64');

  switch (options.kind) {
    case 'softmax':
      return { loss: withProximal(softmaxLoss(features, bank, positives, tau), options.proximal) };
    case 'infonce':
      return { loss: withProximal(infoNceLoss(features, bank, positives, drawn(options), tau), options.proximal) };
    case 'nce': {
      const negatives = drawn(options);
      const noise = options.givenNoise ? input('noise', [bank.shape[0]!]) : undefined;
      const density = noise && { positives: gather(noise, indices), negatives: gather(noise, negatives) };
      const nce = nceLoss(features, bank, positives, negatives, input('z', []), { tau, ...(density && { density }) });
      return { loss: withProximal(nce.loss, options.proximal), 'z.estimate': nce.estimate };
    }
    case 'batch':
      return { loss: batchSoftmaxLoss([features, crops[1]!], gather(bank, indices), options.bankShare ?? 0, tau) };
    case 'parametric':
      return { loss: parametricSoftmaxLoss(v, headWeight(head, bank.shape[0]!, dim), indices) };
    case 'supervised': {
      const classes = input('classes', [batch], 'int64');
      return { loss: parametricSoftmaxLoss(v, headWeight(head, options.numClasses, dim), classes) };
    }
  }
}
