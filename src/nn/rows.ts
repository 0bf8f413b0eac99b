/** @file Composites on rows: they are plain graph functions and get their gradient for free. */
import { add, div, exp, log, mul, sqrt, sub } from '../graph/ops/elementwise.js';
import { sum } from '../graph/ops/reduce.js';
import { max } from '../graph/ops/reductions.js';
import { reshape } from '../graph/ops/reshape.js';
import { scalar, type Value } from '../graph/value.js';

/** Keeps a zero row from dividing by zero; far below the square of any feature in float32. */
const TINY = 1e-12;

/** Rows divided by their Euclidean length. @param x float32[n, dim] */
export function l2Normalize(x: Value): Value {
  return div(x, sqrt(add(rowDot(x, x, true), scalar(TINY))));
}

/** Σ a·b over each row. @returns float32[n], or float32[n, 1] with `keepdims` */
export function rowDot(a: Value, b: Value, keepdims = false): Value {
  return sum(mul(a, b), [1], keepdims);
}

/** log Σ exp over each row, the row's maximum taken out first so that no temperature overflows. @returns float32[n] */
export function logSumExp(x: Value): Value {
  const largest = max(x, [1], true);
  return add(log(sum(exp(sub(x, largest)), [1])), reshape(largest, [x.shape[0]!]));
}
