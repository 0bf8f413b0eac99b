/** @file What a classifier answers, as probabilities and as accuracy. */
import { topAccuracy } from '../search/accuracy.js';
import type { TopAccuracies } from './classify.js';

/**
 * The softmax of each row: P(c|v) = exp(l_c) / Σ_j exp(l_j).
 *
 * @param logits float32[n, numClasses]
 * @returns float64[n, numClasses], rows of sum 1
 */
export function softmaxRows(logits: Float32Array, numClasses: number): Float64Array {
  const shares = Float64Array.from(logits);
  for (let start = 0; start < shares.length; start += numClasses) {
    const row = shares.subarray(start, start + numClasses);
    // Less the largest, so that no exponential overflows.
    const largest = Math.max(...row);
    let sum = 0;
    for (let c = 0; c < numClasses; c++) {
      row[c] = Math.exp(row[c]! - largest);
      sum += row[c]!;
    }
    for (let c = 0; c < numClasses; c++) row[c]! /= sum;
  }
  return shares;
}

/**
 * How often the true class is the first, and among the first five.
 *
 * @param shares float64[n, numClasses]
 * @param truth int32[n], −1 where there is no label, which does not count
 */
export function responseAccuracy(shares: Float64Array, truth: Int32Array, numClasses: number): TopAccuracies {
  const top = (top: number): number => topAccuracy({ shares, numClasses, truth, top });
  return { top1: top(1), top5: top(5) };
}
