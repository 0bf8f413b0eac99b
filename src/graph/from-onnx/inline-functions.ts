/** @file Puts the bodies of a model's own functions where they are called. */
import { OperatorError } from '../../core/errors.js';
import { Message } from '../protobuf.js';
import type { OnnxAttribute, OnnxFunction, OnnxGraph, OnnxModel, OnnxNode } from './onnx-model.js';

/** The model's graph without calls of functions that the model brings along. */
export function inlineFunctions({ graph, functions }: OnnxModel): OnnxGraph {
  let calls = 0;
  const expand = (node: OnnxNode): readonly OnnxNode[] => {
    const called = functions.get(`${node.domain}:${node.operator}`);
    return called ? body(called, node, `${node.name || node.operator}#${calls++}/`).flatMap(expand) : [node];
  };
  return functions.size === 0 ? graph : { ...graph, nodes: graph.nodes.flatMap(expand) };
}

function body({ inputs, outputs, nodes, defaults }: OnnxFunction, call: OnnxNode, prefix: string): OnnxNode[] {
  const names = new Map<string, string>([['', '']]);
  inputs.forEach((name, i) => {
    names.set(name, call.inputs[i] ?? '');
  });
  outputs.forEach((name, i) => {
    const given = call.outputs[i];
    if (given) names.set(name, given);
  });
  const rename = (name: string): string => names.get(name) ?? prefix + name;
  return nodes.map((node) => ({
    ...node,
    name: prefix + (node.name || node.operator),
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
    attributes: new Map(
      Array.from(node.attributes.values()).flatMap((attribute) => {
        if (attribute.graph) {
          throw new OperatorError(
            `function ${call.operator}: expected a body without ${node.operator} or other graphs inside, got node '${node.name}'. Export the model with its functions inlined.`,
          );
        }
        if (attribute.reference === '') return [[attribute.name, attribute]];
        const given = call.attributes.get(attribute.reference) ?? defaults.get(attribute.reference);
        return given ? [[attribute.name, renamed(given, attribute.name)]] : [];
      }),
    ),
  }));
}

/** The same attribute under another name: of a field that comes twice in a message the last one counts. */
function renamed(attribute: OnnxAttribute, name: string): OnnxAttribute {
  const suffix = new Message().text(1, name).finish();
  const bytes = new Uint8Array(attribute.bytes.length + suffix.length);
  bytes.set(attribute.bytes);
  bytes.set(suffix, attribute.bytes.length);
  return { ...attribute, name, bytes };
}
