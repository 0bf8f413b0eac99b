/** @file The proximal term, which keeps an image's feature from jumping between epochs. */
import { add, mul, sub } from '../../graph/ops/elementwise.js';
import { mean } from '../../graph/ops/reduce.js';
import { scalar, type Value } from '../../graph/value.js';
import type { LossSettings } from './loss-settings.js';

/**
 * Mean over a batch of λ·‖v_i⁽ᵗ⁾ − v_i⁽ᵗ⁻¹⁾‖² (Wu et al. 2018, eq. 9–10), where v_i⁽ᵗ⁻¹⁾ is the image's bank row.
 * Between unit vectors that is 2λ·(1 − v_i⁽ᵗ⁾·v_i⁽ᵗ⁻¹⁾).
 *
 * @param positives float32[batch], the similarity of each feature with its own row
 * @param lambda λ, >= 0
 * @returns float32[]
 */
export function proximalTerm(positives: Value, lambda: number): Value {
  return mul(sub(scalar(1), mean(positives, [0])), scalar(2 * lambda));
}

/** A loss and the term, where λ is above 0. */
export function withProximal(loss: Value, positives: Value, { proximal }: LossSettings): Value {
  return proximal === 0 ? loss : add(loss, proximalTerm(positives, proximal));
}

/** As a training says it. */
export function saidProximal({ proximal }: LossSettings): readonly string[] {
  return proximal === 0 ? [] : [`proximal ${proximal}`];
}
