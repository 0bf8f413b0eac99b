/** @file How much memory a graph needs to run. */
import { KEPT } from './divide.js';
import { Reshape } from './ops/reshape.js';
import { type Node, type Outputs, sizeOf, topologicalOrder, type Value } from './value.js';

const BYTES: Record<Value['dtype'], number> = { float32: 4, int32: 4, int64: 8, bool: 1 };

function bytesOf({ dtype, shape }: Value): number {
  return BYTES[dtype] * sizeOf(shape);
}

/** Bytes that a part of a divided graph keeps for later parts. */
export function keptBytes(outputs: Outputs): number {
  return Object.entries(outputs).reduce((sum, [name, value]) => sum + (name.startsWith(KEPT) ? bytesOf(value) : 0), 0);
}

/**
 * The most bytes that results hold at one time, if each is freed after its last use and nodes run in order.
 *
 * Inputs and constants are not counted. Lower the graph first: what a lowering adds counts too.
 */
export function peakBytes(outputs: Outputs): number {
  const order = topologicalOrder(Object.values(outputs).reverse());
  const lastUse = new Map<Value, Node | 'output'>();
  const owner = new Map<Value, Value>();
  // A Reshape is a second name for its operand's memory.
  const ownerOf = (value: Value): Value => owner.get(value) ?? value;
  for (const node of order) {
    if (node.definition === Reshape.definition) owner.set(node.outputs[0]!, ownerOf(node.inputs[0]!));
    for (const value of [...node.inputs, ...node.outputs]) lastUse.set(ownerOf(value), node);
  }
  for (const value of Object.values(outputs)) lastUse.set(ownerOf(value), 'output');

  const dying = new Map<Node, Value[]>();
  for (const [value, node] of lastUse) {
    if (node === 'output' || value.kind !== 'result') continue;
    dying.set(node, [...(dying.get(node) ?? []), value]);
  }
  let held = 0;
  let peak = 0;
  for (const node of order) {
    for (const value of node.outputs) if (ownerOf(value) === value) held += bytesOf(value);
    peak = Math.max(peak, held);
    for (const value of dying.get(node) ?? []) held -= bytesOf(value);
  }
  return peak;
}
