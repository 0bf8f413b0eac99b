/** @file The memory bank: one unit row for each image. */
import type { Random } from '../core/random.js';
import { add, mul } from '../graph/ops/elementwise.js';
import { scalar, type Value } from '../graph/value.js';
import { l2Normalize } from '../nn/rows.js';

/**
 * What a row becomes once its image has been seen: normalise(μ·v_i + (1−μ)·f_i).
 *
 * @param rows float32[batch, dim], as the loss read them
 * @param features float32[batch, dim], unit rows
 * @param momentum μ in [0, 1); 0.5 in the official code
 */
export function nextRows(rows: Value, features: Value, momentum: number): Value {
  return l2Normalize(add(mul(rows, scalar(momentum)), mul(features, scalar(1 - momentum))));
}

/** Fills a bank of rows of `dim` with independent random unit vectors. */
export function randomUnitRows(bank: Float32Array, dim: number, random: Random): void {
  for (let start = 0; start < bank.length; start += dim) {
    let squares = 0;
    for (let i = start; i < start + dim; i++) {
      const x = random.normal();
      bank[i] = x;
      squares += x * x;
    }
    const length = Math.sqrt(squares);
    for (let i = start; i < start + dim; i++) bank[i]! /= length;
  }
}
