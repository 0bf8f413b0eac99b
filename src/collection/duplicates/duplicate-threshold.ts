/** @file From which similarity on two pictures count as the same: between copies of a picture and different pictures. */
import { countAtLeast } from './duplicates.js';

/** To group pictures that are different is as bad as to miss so many copies. */
const FALSE_WEIGHT = 10;
/** Thresholds are thousandths, as the page's slider has them. */
const STEPS = 1000;

/** How well a threshold tells copies from different pictures. */
export interface ThresholdQuality {
  /** Share of copies that are at least so similar to what they were made of, in [0, 1]. */
  readonly found: number;
  /** Share of pictures that are so similar to a different one, in [0, 1]. */
  readonly falselyFound: number;
}

/**
 * The threshold at which copies missed and different pictures grouped weigh least; of several equally good ones the middle.
 *
 * @param copies float32, similarities of pictures with copies of them
 * @param others float32, of each picture with the most similar different one
 */
export function chooseThreshold(copies: Float32Array, others: Float32Array): { threshold: number } & ThresholdQuality {
  const [known, different] = [descending(copies), descending(others)];
  const qualities = Array.from({ length: STEPS + 1 }, (_, step) => qualityAt(step / STEPS, known, different));
  const costs = qualities.map(({ found, falselyFound }) => 1 - found + FALSE_WEIGHT * falselyFound);
  const least = Math.min(...costs);
  const last = costs.lastIndexOf(least);
  let first = last;
  while (costs[first - 1] === least) first--;
  const step = Math.round((first + last) / 2);
  return { threshold: step / STEPS, ...qualities[step]! };
}

function qualityAt(threshold: number, copies: Float32Array, others: Float32Array): ThresholdQuality {
  return { found: shareAtLeast(copies, threshold), falselyFound: shareAtLeast(others, threshold) };
}

function descending(similarities: Float32Array): Float32Array {
  return similarities.slice().sort().reverse();
}

function shareAtLeast(sorted: Float32Array, threshold: number): number {
  return sorted.length === 0 ? 0 : countAtLeast(sorted, threshold) / sorted.length;
}
