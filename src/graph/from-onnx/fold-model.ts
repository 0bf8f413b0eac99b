/** @file A model of what depends on shapes and constants alone, so that a runtime computes it. */
import { DataError } from '../../core/errors.js';
import { Message } from '../protobuf.js';
import { numberOfElementType } from './element-type.js';
import { namesReadBy } from './node-names.js';
import { nodeProto, type OnnxModel, type OnnxNode } from './onnx-model.js';
import { type OnnxTensor, type StoredTensor, tensorProto } from './onnx-tensor.js';
import type { Binding } from './reading.js';

/** The least version in which weights need not be inputs as well. */
const LEAST_IR_VERSION = 4;

export interface FoldModel {
  readonly bytes: Uint8Array;
  /** Names of its inputs: shapes, and what was computed before. */
  readonly inputs: readonly string[];
}

/**
 * The model that computes some values of another: its nodes behind them, as they are.
 *
 * @param binding of a name; each must be fixed
 */
export function foldModel(
  names: readonly string[],
  binding: (name: string) => Binding,
  { irVersion, opsets }: Pick<OnnxModel, 'irVersion' | 'opsets'>,
): FoldModel {
  const nodes = new Set<OnnxNode>();
  const inputs = new Map<string, OnnxTensor>();
  const tensors = new Map<string, StoredTensor>();
  const renamed = new Set<string>();
  const visit = (name: string): void => {
    if (inputs.has(name) || tensors.has(name) || renamed.has(name)) return;
    const { name: first, stored, tensor, producer } = binding(name);
    if (producer && !tensor && first !== name) {
      visit(first);
      renamed.add(name);
      nodes.add({
        name: '',
        operator: 'Identity',
        domain: '',
        inputs: [first],
        outputs: [name],
        attributes: new Map(),
      });
    } else if (stored) tensors.set(name, stored);
    else if (tensor) inputs.set(name, tensor);
    else if (producer && !nodes.has(producer)) {
      for (const operand of namesReadBy(producer)) visit(operand);
      nodes.add(producer);
    } else if (!producer) throw new DataError(`value '${name}': expected one that no picture decides, got another.`);
  };
  for (const name of names) visit(name);

  const graph = new Message();
  for (const node of nodes) graph.message(1, nodeProto(node));
  graph.text(2, 'constants');
  for (const [name, { tensor }] of tensors) graph.message(5, tensorProto(name, tensor));
  for (const [name, { type }] of inputs) {
    const tensorType = new Message().int(1, numberOfElementType(type));
    graph.message(11, new Message().text(1, name).message(2, new Message().message(1, tensorType)));
  }
  for (const name of names) graph.message(12, new Message().text(1, name));
  const model = new Message().int(1, Math.max(irVersion, LEAST_IR_VERSION)).message(7, graph);
  for (const [domain, version] of opsets) model.message(8, new Message().text(1, domain).int(2, version));
  return { bytes: model.finish(), inputs: [...inputs.keys()] };
}
