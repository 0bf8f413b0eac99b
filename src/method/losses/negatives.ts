/** @file Negatives: bank rows that are drawn for a step, and what losses that draw them have in common. */
import { Random } from '../../core/random.js';
import { mul } from '../../graph/ops/elementwise.js';
import { gather } from '../../graph/ops/indexing.js';
import { matmul } from '../../graph/ops/linear.js';
import { sum } from '../../graph/ops/reduce.js';
import { reshape } from '../../graph/ops/reshape.js';
import { input, type Value } from '../../graph/value.js';
import type { Instances, ListedPictures } from './loss.js';
import type { LossSetting, LossSettings } from './loss-settings.js';
import { checkNoise, drawNegatives, noiseDraw } from './noise.js';

/** What can be set about drawing. */
export const DRAWING = [
  'negatives',
  'noise',
  'positivesAsNegatives',
  'noiseWeights',
] as const satisfies readonly LossSetting[];

/** @throws {ArgumentError} if there is too little to draw from */
export function checkDrawing(settings: LossSettings, { ids, noiseWeights }: ListedPictures): void {
  checkNoise(settings, ids.length, noiseWeights);
}

/** The input `negatives`, int64[m], shared by the batch, or int64[batch, m]. */
export function negativesInput({ negatives, noise, batch }: LossSettings): Value {
  return input('negatives', noise === 'image' ? [batch, negatives] : [negatives], 'int64');
}

/** Draws what that input is fed, by the noise, the seed, step and rank alone; each step's numbers take the place of the last one's. */
export function drawing(
  settings: LossSettings,
  { numImages, noiseWeights }: Instances,
  rank = 0,
): (step: number, indices: Int32Array) => BigInt64Array {
  const { negatives, noise, batch, seed } = settings;
  const drawImage = noiseDraw(numImages, noiseWeights);
  const drawn = new BigInt64Array(noise === 'image' ? batch * negatives : negatives);
  return (step, indices) => {
    drawNegatives(settings, drawImage, new Random(seed, 'negatives', step, rank), indices, drawn);
    return drawn;
  };
}

/** Told where the softmax over the bank is explained. */
export function comparesWithSome(negatives: number): string {
  return `This run does not sum over all n rows while it trains: it compares with ${negatives} drawn ones (next step). What is shown here is what that estimates.`;
}

/**
 * Similarities of each feature with its negatives. One matrix product if the batch shares them.
 *
 * @param features float32[batch, dim], unit rows
 * @param bank float32[n, dim], unit rows
 * @param negatives int64[m], shared by the batch, or int64[batch, m]; each in [0, n)
 * @returns float32[batch, m]
 */
export function negativeSimilarities(features: Value, bank: Value, negatives: Value): Value {
  const [batch, dim] = features.shape as [number, number];
  const rows = gather(bank, negatives);
  if (negatives.shape.length === 1) return matmul(features, rows, { transB: true });
  return sum(mul(rows, reshape(features, [batch, 1, dim])), [2]);
}
