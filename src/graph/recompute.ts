/** @file Trades time for memory: the backward pass computes anew what the forward pass then need not keep. */
import { applyOperator } from './operator.js';
import { later } from './ops/later.js';
import { type Node, type Outputs, topologicalOrder, type Value } from './value.js';

/** A value of the forward pass that is kept, and the gradient of the loss with respect to it. */
export interface KeptValue {
  readonly value: Value;
  readonly gradient: Value;
}

/**
 * The same outputs, but of the forward pass only checkpoints are kept for the backward pass (Chen et al. 2016).
 *
 * What lies between two checkpoints is computed a second time from the first of them, once the gradient of the second
 * has arrived. Results are the same but for rounding, since the runtime fuses other operators.
 *
 * @param results what the forward pass computes: the loss that was differentiated, running statistics
 * @param start what the forward pass starts from
 * @param checkpoints in the order in which the forward pass meets them
 */
export function recompute(
  outputs: Outputs,
  results: readonly Value[],
  start: Value,
  checkpoints: readonly KeptValue[],
): Outputs {
  const forward = new Set(topologicalOrder(results));
  const segmentOf = segmentsOf(checkpoints);
  const kept = new Set([start, ...checkpoints.map(({ value }) => value)]);
  const rebuilt = new Map<Value, Value>();
  const again = new Map<Value, Value>();
  const starts = checkpoints.map(() => new Map<Value, Value>());

  /** A kept value as a segment's second run finds it: not before the gradient is there. */
  const startOf = (value: Value, segment: number): Value => {
    const known = starts[segment]!.get(value) ?? later(value, rebuilt.get(checkpoints[segment]!.gradient)!);
    starts[segment]!.set(value, known);
    return known;
  };
  const runAgain = (value: Value, segment: number): Value => {
    if (kept.has(value)) return startOf(value, segment);
    if (value.kind !== 'result') return value;
    const known = again.get(value);
    if (known) return known;
    const { definition, inputs, attributes, outputs: results } = value.node;
    const operands = inputs.map((operand) => runAgain(operand, segment));
    applyOperator(definition, operands, attributes).forEach((result, i) => {
      again.set(results[i]!, result);
    });
    return again.get(value)!;
  };
  const operandOf = (value: Value): Value => {
    if (value.kind !== 'result' || kept.has(value)) return value;
    if (!forward.has(value.node)) return rebuilt.get(value)!;
    const segment = segmentOf.get(value.node);
    return segment === undefined ? value : runAgain(value, segment);
  };

  // A segment runs again only where its gradient has been rebuilt: gradients come first, the last checkpoint's at the head.
  const gradients = checkpoints.map(({ gradient }) => gradient).reverse();
  for (const node of topologicalOrder([...gradients, ...Object.values(outputs)])) {
    if (forward.has(node)) continue;
    const results = applyOperator(node.definition, node.inputs.map(operandOf), node.attributes);
    node.outputs.forEach((output, i) => {
      rebuilt.set(output, results[i]!);
    });
  }
  return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, rebuilt.get(value) ?? value]));
}

/** Which checkpoint's segment a node of the forward pass belongs to: the first that needs it. */
function segmentsOf(checkpoints: readonly KeptValue[]): ReadonlyMap<Node, number> {
  const segments = new Map<Node, number>();
  checkpoints.forEach(({ value }, segment) => {
    for (const node of topologicalOrder([value])) if (!segments.has(node)) segments.set(node, segment);
  });
  return segments;
}
