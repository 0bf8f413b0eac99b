/** @file A graph in parts, for inputs that are not known before something of it has been computed. */
import { applyOperator } from './operator.js';
import { Reshape } from './ops/reshape.js';
import { type InputValue, input, type Node, type Outputs, topologicalOrder, type Value } from './value.js';

/** Prefix of what a part keeps for a later one, where it is no output by a name of its own. */
export const KEPT = 'kept.';

/**
 * Divides a graph by inputs that come late. Each part gives the outputs that it can, and nothing is computed twice: what
 * a later part needs of an earlier one is an output of this and an input of that, under one name.
 *
 * @param late names of inputs: those that are known from the second part on, from the third on, …
 * @returns a part more than there are such lists
 */
export function divide(outputs: Outputs, late: readonly (readonly string[])[]): readonly Outputs[] {
  if (late.length === 0) return [outputs];
  const parts: Record<string, Value>[] = Array.from({ length: late.length + 1 }, () => ({}));
  const earliestOf = earliest(outputs, late);
  for (const [name, value] of Object.entries(outputs)) parts[earliestOf(value)]![name] = value;

  const owners = new Map<Node, number>();
  const kept = new Map<Value, InputValue>();
  const keep = (value: Value, part: number): void => {
    if (kept.has(value)) return;
    const own = Object.entries(parts[part]!).find(([, other]) => other === value)?.[0];
    const name = own ?? `${KEPT}${kept.size}`;
    parts[part]![name] = value;
    kept.set(value, input(name, value.shape, value.dtype));
  };
  const nodes = parts.map((wanted, part) => {
    const own = new Set<Node>();
    const stack = Object.values(wanted);
    for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
      if (value.kind !== 'result' || own.has(value.node)) continue;
      const owner = owners.get(value.node);
      // A comparison and another shape are made again: that costs less than to keep them.
      const isCheap = value.dtype === 'bool' || value.node.definition === Reshape.definition;
      if (owner !== undefined && !isCheap) keep(value, owner);
      else {
        own.add(value.node);
        owners.set(value.node, owner ?? part);
        stack.push(...value.node.inputs);
      }
    }
    return own;
  });
  return parts.map((wanted, part) => rebuilt(wanted, nodes[part]!, kept));
}

/** From which part on a value can be computed. */
function earliest(outputs: Outputs, late: readonly (readonly string[])[]): (value: Value) => number {
  const known = new Map<Node, number>();
  const of = (value: Value): number => {
    if (value.kind === 'input') return late.findIndex((names) => names.includes(value.name)) + 1;
    return value.kind === 'constant' ? 0 : known.get(value.node)!;
  };
  for (const node of topologicalOrder(Object.values(outputs))) known.set(node, Math.max(0, ...node.inputs.map(of)));
  return of;
}

/** The same outputs of these nodes alone, with what is kept in place of what others compute. */
function rebuilt(outputs: Outputs, nodes: ReadonlySet<Node>, kept: ReadonlyMap<Value, Value>): Outputs {
  const made = new Map<Value, Value>();
  const operandOf = (value: Value): Value => (value.kind === 'result' ? (made.get(value) ?? kept.get(value)!) : value);
  for (const node of topologicalOrder(Object.values(outputs))) {
    if (!nodes.has(node)) continue;
    applyOperator(node.definition, node.inputs.map(operandOf), node.attributes).forEach((result, i) => {
      made.set(node.outputs[i]!, result);
    });
  }
  return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, operandOf(value)]));
}
