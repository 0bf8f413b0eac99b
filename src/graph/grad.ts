/** @file Reverse-mode differentiation, as a function from graph to graph. */
import { GradientError } from '../core/errors.js';
import { HELD_CONSTANT, NoGradient } from './operator.js';
import { add } from './ops/elementwise.js';
import { expand, sumTo } from './ops/reduce.js';
import { sameShape, scalar, show, topologicalOrder, type Value } from './value.js';

/**
 * Builds the gradient of a scalar with respect to each value in `wrt`.
 *
 * The result is ordinary graph: emit it, or differentiate it again. A rule builds a gradient for every input; what
 * nobody asked for is never reached from an output, so it is never emitted.
 *
 * @param loss float32[]
 * @returns for each value in `wrt` a float32 value of its shape; zeros if the loss does not depend on it
 * @throws {GradientError} if the loss is not a float32 scalar, or a path to it crosses an operator without a gradient
 */
export function grad(loss: Value, wrt: readonly Value[]): Value[] {
  if (loss.dtype !== 'float32' || loss.shape.length !== 0) {
    throw new GradientError(`grad: expected a loss of float32[], got ${show(loss)}. Reduce it with sum or mean first.`);
  }
  const order = topologicalOrder([loss]);
  const active = new Set<Value>(wrt);
  for (const { definition, inputs, outputs } of order) {
    if (definition.gradient === HELD_CONSTANT || !inputs.some((value) => active.has(value))) continue;
    // Only numbers that vary continuously carry a gradient: a comparison is a constant, and so is what it selects.
    for (const output of outputs) if (output.dtype === 'float32') active.add(output);
  }

  const gradients = new Map<Value, Value>([[loss, scalar(1)]]);
  for (const { definition, attributes, inputs, outputs } of order.reverse()) {
    const dys = outputs.map((value) => gradients.get(value) ?? null);
    if (dys.every((dy) => dy === null) || !outputs.some((value) => active.has(value))) continue;
    const rule = definition.gradient;
    if (rule instanceof NoGradient) throw new GradientError(`${definition.name} has no gradient: ${rule.reason}.`);

    const dxs: readonly (Value | null)[] = rule({ inputs, outputs, attributes }, dys);
    if (dxs.length !== inputs.length) {
      throw new GradientError(
        `${definition.name}: expected ${inputs.length} gradients from its rule, got ${dxs.length}.`,
      );
    }
    inputs.forEach((x, position) => {
      if (!active.has(x)) return;
      const full = dxs[position] ?? null;
      if (full === null) throw new GradientError(`${definition.name}: input ${position} is not differentiable.`);
      const dx = definition.broadcasts ? sumTo(full, x.shape) : full;
      if (dx.dtype !== x.dtype || !sameShape(dx.shape, x.shape)) {
        throw new GradientError(`${definition.name}: expected a gradient of ${show(x)}, got ${show(dx)}.`);
      }
      const others = gradients.get(x);
      gradients.set(x, others ? add(others, dx) : dx);
    });
  }
  return wrt.map((value) => gradients.get(value) ?? expand(scalar(0), value.shape));
}
