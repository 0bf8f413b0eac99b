/** @file Stochastic gradient descent with momentum, as PyTorch defines it. */
import { add, mul, sub } from '../graph/ops/elementwise.js';
import { NEXT } from '../graph/state.js';
import { input, scalar, type Value } from '../graph/value.js';
import type { Variables } from './variables.js';

export interface SgdOptions {
  /** In [0, 1); default 0.9. */
  readonly momentum?: number;
  /** ≥ 0; default 0. */
  readonly weightDecay?: number;
  /** How large the steps of a parameter are, as a part of the learning rate; default 1 of all. */
  readonly rateOf?: (parameter: string) => number;
}

/** What an optimiser makes of a parameter. */
export interface Updated {
  /** Its next value. */
  readonly parameter: Value;
  /** The next value of its momentum, whose name is {@link momentumName}. */
  readonly buffer: Value;
}

/** How one parameter is updated. */
export type Optimizer = (name: string, parameter: Value, gradient: Value, lr: Value, options: SgdOptions) => Updated;

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
  { momentum = 0.9, weightDecay = 0 }: SgdOptions,
): Updated {
  const before = input(momentumName(name), parameter.shape);
  const decayed = weightDecay === 0 ? gradient : add(gradient, mul(parameter, scalar(weightDecay)));
  const buffer = add(mul(before, scalar(momentum)), decayed);
  return { parameter: sub(parameter, mul(buffer, lr)), buffer };
}

/**
 * What a step does with gradients: the next value of every parameter, of its momentum, and of every buffer.
 *
 * @param gradients of `variables.trainable`, in its order
 * @param lr float32[]
 * @param optimizer default {@link sgd}
 * @returns outputs of the step's graph, named `next.…`
 */
export function sgdUpdates(
  variables: Variables,
  gradients: readonly Value[],
  lr: Value,
  options: SgdOptions = {},
  optimizer: Optimizer = sgd,
): Record<string, Value> {
  const next: Record<string, Value> = {};
  [...variables.parameters].forEach(([name, { value }], i) => {
    const rate = options.rateOf?.(name) ?? 1;
    const own = rate === 1 ? lr : mul(lr, scalar(rate));
    const { parameter, buffer } = optimizer(name, value, gradients[i]!, own, options);
    next[NEXT + name] = parameter;
    next[NEXT + momentumName(name)] = buffer;
  });
  for (const [name, value] of variables.nextBuffers) next[NEXT + name] = value;
  return next;
}
