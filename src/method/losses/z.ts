/** @file NCE's constant Z, as Z/n: what P(i|v) = exp(v_i·v/τ) / Z is divided by. */
import type { LossSettings } from './loss-settings.js';

/** Weight of the past in the running mean of Z. */
const Z_MOMENTUM = 0.99;

/** Z/n of independent random unit vectors, whose similarity is nearly normal with variance 1/dim: exp(1 / (2·dim·τ²)). */
export function closedFormZ(dim: number, tau: number): number {
  return Math.exp(1 / (2 * dim * tau * tau));
}

/** Z/n before the first step; 0 says that the first batch's own estimate is to be used. */
export function initialZ(policy: LossSettings['z'], dim: number, tau: number): number {
  return policy === 'closed' ? closedFormZ(dim, tau) : 0;
}

/** Z/n after a step that estimated it. */
export function nextZ(policy: LossSettings['z'], z: number, estimate: number): number {
  if (z === 0) return estimate;
  return policy === 'running' ? Z_MOMENTUM * z + (1 - Z_MOMENTUM) * estimate : z;
}
