/** @file The loss `nce`: noise-contrastive estimation of the non-parametric softmax. */
import { formatCount } from '../../core/format.js';
import { greater } from '../../graph/ops/comparison.js';
import { add, div, exp, log, mul, neg, stopGradient, sub, where } from '../../graph/ops/elementwise.js';
import { gather } from '../../graph/ops/indexing.js';
import { mean, sum } from '../../graph/ops/reduce.js';
import { input, scalar, type Value } from '../../graph/value.js';
import type { Loss } from './loss.js';
import type { LossSettings } from './loss-settings.js';
import { checkDrawing, comparesWithSome, DRAWING, drawing, negativeSimilarities, negativesInput } from './negatives.js';
import { noiseDensity } from './noise.js';
import { saidProximal, withProximal } from './proximal.js';
import { initialZ, nextZ } from './z.js';

export interface NceOptions {
  /** Temperature, > 0; 0.07 in the paper. */
  readonly tau: number;
  /** n·P_n of the images concerned, where the noise is not uniform; 1 for each where it is. */
  readonly density?: {
    /** float32[batch], of the images themselves */
    readonly positives: Value;
    /** of the negatives, in their shape */
    readonly negatives: Value;
  };
}

/**
 * NCE loss of one batch against m negatives drawn from the noise P_n.
 *
 * Estimates −log P(i|v) without the sum over all n images (Wu et al. 2018, eq. 4–7):
 *
 *     −log h(i, v) − Σ_{j of m} log(1 − h(j, v)),  h(i, v) = P(i|v) / (P(i|v) + m·P_n(i)),  P(i|v) = exp(v_i·v/τ) / Z
 *
 * Everything is scaled by n, so that no float is near 1/n: with p = n·P = exp(s/τ) / (Z/n) and the density d = n·P_n,
 * which is 1 for uniform noise, h = p / (p + m·d).
 *
 * @param features float32[batch, dim], unit rows
 * @param bank float32[n, dim], unit rows; a constant
 * @param positives float32[batch], the similarity of each feature with its own row
 * @param negatives int64[m], shared by the batch, or int64[batch, m]; each in [0, n)
 * @param z float32[], Z/n; where it is 0, this batch's own estimate is used in its place
 * @returns loss float32[], mean over the batch of the sum over negatives, in nats; estimate float32[], of Z/n
 */
export function nceLoss(
  features: Value,
  bank: Value,
  positives: Value,
  negatives: Value,
  z: Value,
  { tau, density }: NceOptions,
): { readonly loss: Value; readonly estimate: Value } {
  const m = scalar(negatives.shape.at(-1)!);
  const noiseOfPositives = density ? mul(m, density.positives) : m;
  const noiseOfNegatives = density ? mul(m, density.negatives) : m;

  const weights = exp(mul(negativeSimilarities(features, bank, negatives), scalar(1 / tau)));
  // Σ exp(s/τ) over all images, from some that were drawn: each stands for 1 / P_n of them.
  const estimate = stopGradient(mean(density ? div(weights, density.negatives) : weights, [0, 1]));
  const scale = where(greater(z, scalar(0)), z, estimate);

  const positive = sub(mul(positives, scalar(1 / tau)), log(scale));
  const logHPositive = sub(positive, log(add(exp(positive), noiseOfPositives)));
  const logNotHNegative = neg(log(add(div(div(weights, scale), noiseOfNegatives), scalar(1))));
  const loss = neg(mean(add(logHPositive, sum(logNotHNegative, [1])), [0]));
  return { loss, estimate };
}

const Z_FROM = {
  first: 'its first batch',
  running: 'a running mean over batches',
  closed: 'the closed form for random vectors',
} as const satisfies Record<LossSettings['z'], string>;

/**
 * **Noise-contrastive estimation** (eq. 4–7). m rows j are drawn from the noise P_n:
 *
 *     −log h(i, f) − Σ_j log(1 − h(j, f)),   h(i, f) = P(i|f) / (P(i|f) + m·P_n(i)),   P(i|f) = exp(v_i·f / τ) / Z
 *
 * - `negatives` is m; `noise` says whether the batch shares its m rows (`batch`: one matrix product) or each picture has
 *   its own (`image`: as the official code).
 * - `positivesAsNegatives` says whether a picture's own row (with `noise` `batch`, that of any picture in the batch) may
 *   be drawn. Then few rows are left out and the noise is nearly P_n.
 * - `z` is where the constant Z comes from: `first`, the first batch's estimate n/m·Σ exp(v_j·f / τ), for ever (the
 *   paper); `running`, a mean that moves a hundredth of the way each step; `closed`, that of random unit vectors,
 *   Z/n = exp(1 / (2·dim·τ²)).
 * - `noiseWeights`, a CSV file with the columns `path` and `weight`, gives another noise than 1/n. It is drawn from in
 *   constant time (alias method). The estimate of Z then weighs each term by 1 / (n·P_n(j)). A run keeps the weights in
 *   its checkpoints, so that it goes on with the noise it began with.
 */
export const nce: Loss<'nce'> = {
  name: 'nce',
  sentence: 'told from rows drawn from the bank, for 100,000s of pictures',
  settings: [...DRAWING, 'z', 'proximal'],
  views: 1,
  comparesRows: true,
  describe: (settings) => [`NCE with ${formatCount(settings.negatives)} negatives`, ...saidProximal(settings)],
  numCompared: ({ negatives }) => negatives + 1,
  // One image is told from m that are as likely; with given noise it depends on what is drawn.
  guessing: ({ negatives: m }, _, isNoiseGiven) =>
    isNoiseGiven ? undefined : { nats: Math.log(m + 1) + m * Math.log1p(1 / m), words: 'ln(m + 1) + m·ln(1 + 1/m)' },
  notes: ({ negatives, z }) => ({
    probability: comparesWithSome(negatives),
    noise: `This run trains with m = ${negatives} and a constant Z from ${Z_FROM[z]}. Here m is smaller, so that each negative can be seen, and Z is exact.`,
  }),
  check: checkDrawing,

  build({ features, bank, indices, positives }, settings, { numImages, noiseWeights }) {
    const negatives = negativesInput(settings);
    const noise = noiseWeights && input('noise', [numImages]);
    const density = noise && { positives: gather(noise, indices), negatives: gather(noise, negatives) };
    const options = { tau: settings.tau, ...(density && { density }) };
    const { loss, estimate } = nceLoss(features[0]!, bank, positives, negatives, input('z', []), options);
    return { loss: withProximal(loss, positives, settings), 'z.estimate': estimate };
  },
  start(settings, instances, rank) {
    const draw = drawing(settings, instances, rank);
    const noise = instances.noiseWeights && noiseDensity(instances.noiseWeights);
    let z = initialZ(settings.z, settings.dim, settings.tau);
    return {
      feed: (step, indices) => ({ negatives: draw(step, indices), z, ...(noise && { noise }) }),
      take: (outputs) => {
        z = nextZ(settings.z, z, outputs['z.estimate']![0]!);
      },
      get state() {
        return { z };
      },
      restore: (state) => {
        z = state['z']!;
      },
    };
  },
};
