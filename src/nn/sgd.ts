/** @file Stochastic gradient descent with momentum, as PyTorch defines it. */
import { add, mul, sub } from '../graph/ops/elementwise.js';
import { input, scalar, type Value } from '../graph/value.js';

export interface SgdOptions {
  readonly momentum: number;
  readonly weightDecay: number;
}

/** Name of the state a parameter's momentum is kept under. */
export function momentumName(parameter: string): string {
  return `${parameter}.momentum_buffer`;
}

/**
 * g ← gradient + weightDecay · w; buffer ← momentum · buffer + g; w ← w − lr · buffer.
 *
 * PyTorch starts the buffer with the first g; a buffer of zeros comes to the same.
 *
 * @param lr float32[]
 * @returns the next parameter and the next buffer, and the buffer's name
 */
export function sgd(
  name: string,
  parameter: Value,
  gradient: Value,
  lr: Value,
  { momentum, weightDecay }: SgdOptions,
): { readonly parameter: Value; readonly buffer: Value } {
  const before = input(momentumName(name), parameter.shape);
  const decayed = weightDecay === 0 ? gradient : add(gradient, mul(parameter, scalar(weightDecay)));
  const buffer = add(mul(before, scalar(momentum)), decayed);
  return { parameter: sub(parameter, mul(buffer, lr)), buffer };
}
