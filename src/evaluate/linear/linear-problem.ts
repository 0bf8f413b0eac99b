/** @file What a linear classifier is to tell apart, and from what it learns. */
import type { LinearKind } from './linear-loss.js';

export interface LinearProblem {
  readonly kind: LinearKind;
  readonly dim: number;
  /** ≥ 2 */
  readonly numClasses: number;
  /** Rows that will be learnt from, about: blocks of work are not made larger than that. */
  readonly numRows: number;
}

export interface LabelledFeatures {
  /** float32[n, dim] */
  readonly features: Float32Array;
  /** int32[n], each in [0, numClasses) */
  readonly labels: Int32Array;
}
