/** @file Writes a graph as an ONNX model. The only file that knows ONNX's messages (onnx.proto3). */

import { ShapeError } from '../core/errors.js';
import { bytesOf } from '../core/vector.js';
import { forAnyBatch } from './any-batch.js';
import type { Attribute, AttributeKind, OperatorDefinition } from './operator.js';
import { Message } from './protobuf.js';
import {
  type ConstantValue,
  type DType,
  type Node,
  type Outputs,
  type TensorType,
  topologicalOrder,
  type Value,
} from './value.js';

/** TensorProto.DataType. */
const ELEMENT_TYPE: Record<DType, number> = { float32: 1, int32: 6, int64: 7, bool: 9 };
/** AttributeProto: the type's number, as `type` wants it. */
const ATTRIBUTE_TYPE: Record<AttributeKind, number> = { float: 1, int: 2, string: 3, floats: 6, ints: 7 };

export const OPSET = 18;
const IR_VERSION = 8;

export interface OnnxOptions {
  /** Free text carried in the model's metadata, e.g. the preprocessing an encoder expects. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * The model that computes some outputs; its inputs are the graph inputs they reach, under their own names.
 *
 * @param graph a graph or, for a model that takes any number of pictures, a function from their number to it; the first
 *   extent of every input and output is then left open
 * @throws {ShapeError} if an output has the name of an input, or the graph depends on the batch in some odd way
 */
export function toOnnx(graph: Outputs | ((batch: number) => Outputs), { metadata = {} }: OnnxOptions = {}): Uint8Array {
  const anyBatch = typeof graph === 'function';
  return write(anyBatch ? forAnyBatch(graph) : graph, metadata, anyBatch);
}

function write(outputs: Outputs, metadata: Readonly<Record<string, string>>, anyBatch: boolean): Uint8Array {
  const order = topologicalOrder(Object.values(outputs));
  const naming = new Naming(outputs, order);
  const graph = new Message();
  const domains = new Set<string>();
  for (const node of order) {
    domains.add(node.definition.domain ?? '');
    graph.message(1, nodeMessage(node, naming));
  }
  // An output that is also an input, a constant or a second name for one value still needs a node to its name.
  for (const [name, value] of Object.entries(outputs)) {
    if (naming.of(value) !== name) {
      graph.message(1, new Message().text(1, naming.of(value)).text(2, name).text(3, `as_${name}`).text(4, 'Identity'));
    }
  }
  graph.text(2, 'instdisc');
  for (const [value, name] of naming.constants) graph.message(5, tensorMessage(value, name));
  for (const [value, name] of naming.inputs) graph.message(11, valueInfo(name, value, anyBatch));
  for (const [name, value] of Object.entries(outputs)) graph.message(12, valueInfo(name, value, anyBatch));

  const model = new Message().int(1, IR_VERSION).text(2, 'instdisc').message(7, graph);
  for (const domain of new Set(['', ...domains])) {
    model.message(8, new Message().text(1, domain).int(2, domain === '' ? OPSET : 1));
  }
  for (const [key, text] of Object.entries(metadata)) {
    model.message(14, new Message().text(1, key).text(2, text));
  }
  return model.finish();
}

/** Gives every value its name when it is first asked for: its own if it has one, else `Operator_0`, …. */
class Naming {
  readonly inputs = new Map<Value, string>();
  readonly constants = new Map<ConstantValue, string>();
  readonly #names = new Map<Value, string>();
  readonly #counts = new Map<string, number>();
  /** Names that inputs, outputs and constants brought along, which ours must not meet. */
  readonly #given: Set<string>;

  constructor(outputs: Outputs, order: readonly Node[]) {
    const inputNames = order.flatMap(({ inputs }) =>
      inputs.flatMap((value) => (value.kind === 'input' ? [value.name] : [])),
    );
    this.#given = new Set([...Object.keys(outputs), ...inputNames]);
    for (const [name, value] of Object.entries(outputs)) {
      if (value.kind !== 'result') continue;
      if (inputNames.includes(name))
        throw new ShapeError(`${name}: expected another name for an output, got that of an input.`);
      if (!this.#names.has(value)) this.#names.set(value, name);
    }
  }

  fresh(stem: string): string {
    const count = this.#counts.get(stem) ?? 0;
    this.#counts.set(stem, count + 1);
    const name = `${stem}_${count}`;
    return this.#given.has(name) ? this.fresh(stem) : name;
  }

  #ownOrFresh({ name }: ConstantValue): string {
    if (name === undefined || this.#given.has(name)) return this.fresh('constant');
    this.#given.add(name);
    return name;
  }

  of(value: Value): string {
    const known = this.#names.get(value);
    if (known !== undefined) return known;
    const name =
      value.kind === 'input'
        ? value.name
        : value.kind === 'constant'
          ? this.#ownOrFresh(value)
          : this.fresh(value.node.definition.name);
    this.#names.set(value, name);
    if (value.kind === 'input') this.inputs.set(value, name);
    if (value.kind === 'constant') this.constants.set(value, name);
    return name;
  }
}

function nodeMessage({ definition, attributes, inputs, outputs }: Node, naming: Naming): Message {
  const message = new Message();
  for (const value of inputs) message.text(1, naming.of(value));
  for (const value of outputs) message.text(2, naming.of(value));
  message.text(3, naming.fresh(`node_${definition.name}`)).text(4, definition.name);
  for (const [name, value] of Object.entries(attributes)) {
    message.message(5, attributeMessage(definition, name, value));
  }
  if (definition.domain !== undefined) message.text(7, definition.domain);
  return message;
}

function attributeMessage(definition: OperatorDefinition, name: string, value: Attribute): Message {
  const kind: AttributeKind | undefined = definition.attributes?.[name];
  if (kind === undefined) throw new ShapeError(`${definition.name}: its definition declares no attribute '${name}'.`);
  const message = new Message().text(1, name);
  if (kind === 'float') message.float(2, value as number);
  if (kind === 'int') message.int(3, value as number);
  if (kind === 'string') message.text(4, value as string);
  if (kind === 'floats') for (const item of value as readonly number[]) message.float(7, item);
  if (kind === 'ints') for (const item of value as readonly number[]) message.int(8, item);
  return message.int(20, ATTRIBUTE_TYPE[kind]);
}

function tensorMessage({ shape, dtype, data }: ConstantValue, name: string): Message {
  const message = new Message();
  for (const extent of shape) message.int(1, extent);
  const bytes = bytesOf(data);
  return message.int(2, ELEMENT_TYPE[dtype]).text(8, name).bytes(9, bytes);
}

function valueInfo(name: string, { dtype, shape }: TensorType, anyBatch: boolean): Message {
  const dimensions = new Message();
  shape.forEach((extent, axis) => {
    dimensions.message(1, anyBatch && axis === 0 ? new Message().text(2, 'batch') : new Message().int(1, extent));
  });
  const tensor = new Message().int(1, ELEMENT_TYPE[dtype]).message(2, dimensions);
  return new Message().text(1, name).message(2, new Message().message(1, tensor));
}
