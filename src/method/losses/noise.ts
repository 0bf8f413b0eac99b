/** @file The noise of NCE and InfoNCE: which bank rows are the negatives of a step. */
import { ArgumentError } from '../../core/errors.js';
import type { Random } from '../../core/random.js';
import { AliasTable } from './alias.js';
import type { LossSettings } from './loss-settings.js';

export type NoiseOptions = Pick<LossSettings, 'negatives' | 'noise' | 'positivesAsNegatives'>;

/** Gives the number of an image, drawn from the noise. */
export type Draw = (random: Random) => number;

/**
 * The noise as something to draw from.
 *
 * @param weights float64[n], in proportion to P_n; uniform if left out
 */
export function noiseDraw(numImages: number, weights?: Float64Array): Draw {
  if (weights === undefined) return (random) => random.integer(numImages);
  const table = new AliasTable(weights);
  return (random) => table.draw(random);
}

/** n·P_n of each image, as the loss wants it. @param weights float64[n] */
export function noiseDensity(weights: Float64Array): Float32Array {
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return Float32Array.from(weights, (weight) => weight / mean);
}

/**
 * Draws the negatives of some images, with replacement.
 *
 * @param drawImage from the noise
 * @param indices int32[batch], the images of the batch
 * @param negatives int64[m] or int64[batch, m], overwritten
 */
export function drawNegatives(
  { negatives: m, noise, positivesAsNegatives }: NoiseOptions,
  drawImage: Draw,
  random: Random,
  indices: Int32Array,
  negatives: BigInt64Array,
): void {
  const excluded = new Set<number>();
  const draw = (): bigint => {
    for (;;) {
      const image = drawImage(random);
      if (!excluded.has(image)) return BigInt(image);
    }
  };
  if (!positivesAsNegatives && noise === 'batch') for (const image of indices) excluded.add(image);
  for (let i = 0; i < negatives.length; i++) {
    if (!positivesAsNegatives && noise === 'image' && i % m === 0) {
      excluded.clear();
      excluded.add(indices[i / m]!);
    }
    negatives[i] = draw();
  }
}

/** Part of the noise that must be left where positives are not drawn, so that draws are not refused for ever. */
const LEAST_MASS = 1e-3;

/**
 * @param weights float64[numImages], of noise that is not uniform
 * @throws {ArgumentError} if every image would be excluded, or a weight is not above 0
 */
export function checkNoise(
  { noise, positivesAsNegatives, batch }: Pick<LossSettings, 'noise' | 'positivesAsNegatives' | 'batch'>,
  numImages: number,
  weights?: Float64Array,
): void {
  const wrong = weights?.find((weight) => !(weight > 0 && Number.isFinite(weight)));
  if (wrong !== undefined) {
    throw new ArgumentError(
      `noiseWeights: expected numbers above 0, got ${wrong}. NCE needs noise that may give any picture.`,
    );
  }
  if (positivesAsNegatives) return;
  const numExcluded = noise === 'batch' ? batch : 1;
  if (numImages <= numExcluded) {
    throw new ArgumentError(
      `negatives: expected more pictures than a batch to draw from, got ${numImages} with batches of ${batch}. Take --loss softmax, which is better for so few.`,
    );
  }
  if (weights === undefined) return;
  const lightestFirst = weights.toSorted();
  const left = lightestFirst.subarray(0, numImages - numExcluded).reduce((sum, weight) => sum + weight, 0);
  if (left < LEAST_MASS * lightestFirst.reduce((sum, weight) => sum + weight, 0)) {
    throw new ArgumentError(
      `noiseWeights: expected less weight on a few pictures, got all but a thousandth on ${numExcluded}. Even them out, or let positives be drawn: --set positivesAsNegatives=true.`,
    );
  }
}
