/** @file Names in a model: of operators, and of the values that a node reads. */
import type { OnnxGraph, OnnxNode } from './onnx-model.js';

/** Whether a node is of this operator of ONNX's own. */
export function isPlain({ operator, domain }: OnnxNode, name: string): boolean {
  return operator === name && domain === '';
}

/** Values from outside that the graphs inside a node (branches, bodies of loops) read. */
export function capturedNames({ attributes }: OnnxNode): string[] {
  return [...attributes.values()].flatMap(({ graph }) => (graph ? namesFromOutside(graph) : []));
}

function namesFromOutside({ nodes, tensors, inputs, outputs }: OnnxGraph): string[] {
  const inside = new Set([
    ...tensors.map(({ name }) => name),
    ...inputs.map(({ name }) => name),
    ...nodes.flatMap((node) => node.outputs),
  ]);
  const read = [...nodes.flatMap(namesReadBy), ...outputs.map(({ name }) => name)];
  return [...new Set(read)].filter((name) => !inside.has(name));
}

/** All values that a node needs. */
export function namesReadBy(node: OnnxNode): string[] {
  return [...node.inputs.filter((name) => name !== ''), ...capturedNames(node)];
}

/** The nodes that some values need, in the order they stand in. */
export function nodesBehind(names: readonly string[], nodes: readonly OnnxNode[]): OnnxNode[] {
  const producers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const needed = new Set<OnnxNode>();
  const stack = [...names];
  for (let name = stack.pop(); name !== undefined; name = stack.pop()) {
    const node = producers.get(name);
    if (!node || needed.has(node)) continue;
    needed.add(node);
    stack.push(...namesReadBy(node));
  }
  return nodes.filter((node) => needed.has(node));
}
