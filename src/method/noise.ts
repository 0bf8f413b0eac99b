/** @file The noise of NCE: which bank rows are the negatives of a step, and the constant Z. */
import { ArgumentError } from '../core/errors.js';
import { Random } from '../core/random.js';
import { closedFormZ } from './nce.js';
import type { Settings, ZPolicy } from './settings.js';

export type NoiseOptions = Pick<Settings, 'negatives' | 'noise' | 'positivesAsNegatives' | 'seed'>;

/**
 * Draws the negatives of a step, uniformly and with replacement; a function of the seed and the step only.
 *
 * @param indices int32[batch], the images of the batch
 * @param negatives int64[m] or int64[batch, m], overwritten
 */
export function drawNegatives(
  { negatives: m, noise, positivesAsNegatives, seed }: NoiseOptions,
  numImages: number,
  step: number,
  indices: Int32Array,
  negatives: BigInt64Array,
): void {
  const random = new Random(seed, 'negatives', step);
  const excluded = new Set<number>();
  const draw = (): bigint => {
    for (;;) {
      const image = random.integer(numImages);
      if (!excluded.has(image)) return BigInt(image);
    }
  };
  if (!positivesAsNegatives && noise === 'batch') for (const index of indices) excluded.add(index);
  for (let i = 0; i < negatives.length; i++) {
    if (!positivesAsNegatives && noise === 'image' && i % m === 0) {
      excluded.clear();
      excluded.add(indices[i / m]!);
    }
    negatives[i] = draw();
  }
}

/** @throws {ArgumentError} if every image would be excluded */
export function checkNoise({ noise, positivesAsNegatives }: NoiseOptions, numImages: number, batch: number): void {
  if (positivesAsNegatives || numImages > (noise === 'batch' ? batch : 1)) return;
  throw new ArgumentError(
    `negatives: expected more pictures than a batch to draw from, got ${numImages} with batches of ${batch}. Take --loss softmax, which is better for so few.`,
  );
}

/** Weight of the past in the running mean of Z. */
const Z_MOMENTUM = 0.99;

/** Z/n before the first step; 0 says that the first batch's own estimate is to be used. */
export function initialZ(policy: ZPolicy, dim: number, tau: number): number {
  return policy === 'closed' ? closedFormZ(dim, tau) : 0;
}

/** Z/n after a step that estimated it. */
export function nextZ(policy: ZPolicy, z: number, estimate: number): number {
  if (z === 0) return estimate;
  return policy === 'running' ? Z_MOMENTUM * z + (1 - Z_MOMENTUM) * estimate : z;
}
