/** @file Writes small ONNX models node by node, in any operator set, so that each form of an operator can be tried. */
import { bytesOf } from '#src/core/vector.js';
import { Message } from '#src/graph/protobuf.js';

/** Numbers of TensorProto.DataType and of AttributeProto's types, from onnx.proto3. */
const [FLOAT, INT64] = [1, 7];
const KINDS = { float: 1, int: 2, string: 3, tensor: 4, graph: 5, floats: 6, ints: 7 } as const;

export interface TestTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array | Uint16Array | Uint8Array;
  /** Default float32, int64, float16 or bool, by its array. */
  readonly type?: number;
  /** The file beside the model that has its numbers. */
  readonly external?: string;
}

export type TestAttribute =
  | { readonly float: number }
  | { readonly int: number }
  | { readonly string: string }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] }
  | { readonly tensor: TestTensor }
  | { readonly graph: TestGraph };

/** `[operator, inputs, outputs, attributes, domain]`; its name is `the_` and the operator in small letters, then a number if it is not the first. */
export type TestNode = readonly [
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes?: Readonly<Record<string, TestAttribute>>,
  domain?: string,
];

export interface TestPort {
  readonly shape: readonly (number | string)[];
  readonly type?: number;
}

export interface TestGraph {
  readonly nodes: readonly TestNode[];
  readonly tensors?: Readonly<Record<string, TestTensor>>;
  readonly inputs?: Readonly<Record<string, TestPort>>;
  readonly outputs?: Readonly<Record<string, TestPort>>;
}

export interface TestFunction {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: readonly string[];
  readonly nodes: readonly TestNode[];
}

export interface TestModel extends TestGraph {
  readonly opset: number;
  readonly functions?: readonly TestFunction[];
}

export const floatTensor = (data: readonly number[], shape: readonly number[] = [data.length]): TestTensor => ({
  shape,
  data: Float32Array.from(data),
});
export const intTensor = (data: readonly number[], shape: readonly number[] = [data.length]): TestTensor => ({
  shape,
  data: BigInt64Array.from(data, BigInt),
});

/** A model whose input is `images`, unless it says otherwise, and whose output is `features`. */
export function testModel({ opset, functions = [], ...graph }: TestModel): Uint8Array {
  const { inputs = { images: { shape: ['batch', 3, 4, 4] } }, outputs = { features: { shape: ['batch', 'dim'] } } } =
    graph;
  const model = new Message().int(1, 8).message(7, graphMessage({ ...graph, inputs, outputs }));
  for (const domain of ['', 'test', 'com.microsoft']) {
    model.message(8, new Message().text(1, domain).int(2, domain === '' ? opset : 1));
  }
  for (const { name, inputs: given, outputs: results, attributes = [], nodes } of functions) {
    const message = new Message().text(1, name).text(10, 'test').message(9, new Message().text(1, '').int(2, opset));
    for (const input of given) message.text(4, input);
    for (const output of results) message.text(5, output);
    for (const attribute of attributes) message.text(6, attribute);
    for (const node of named(nodes)) message.message(7, node);
    model.message(25, message);
  }
  return model.finish();
}

function graphMessage({ nodes, tensors = {}, inputs = {}, outputs = {} }: TestGraph): Message {
  const message = new Message();
  for (const node of named(nodes)) message.message(1, node);
  message.text(2, 'test');
  for (const [name, tensor] of Object.entries(tensors)) message.message(5, tensorMessage(tensor, name));
  for (const [name, port] of Object.entries(inputs)) message.message(11, portMessage(name, port));
  for (const [name, port] of Object.entries(outputs)) message.message(12, portMessage(name, port));
  return message;
}

function named(nodes: readonly TestNode[]): Message[] {
  return nodes.map((node, i) => {
    const before = nodes.slice(0, i).filter(([operator]) => operator === node[0]).length;
    return nodeMessage(node, `the_${node[0].toLowerCase()}${before === 0 ? '' : `_${before + 1}`}`);
  });
}

function nodeMessage([operator, inputs, outputs, attributes = {}, domain = '']: TestNode, name: string): Message {
  const message = new Message();
  for (const input of inputs) message.text(1, input);
  for (const output of outputs) message.text(2, output);
  message.text(3, name).text(4, operator);
  for (const [key, attribute] of Object.entries(attributes)) message.message(5, attributeMessage(key, attribute));
  return domain === '' ? message : message.text(7, domain);
}

/** `{ string: '@alpha' }` is a reference to the attribute `alpha` of the function that the node is in. */
function attributeMessage(name: string, attribute: TestAttribute): Message {
  const message = new Message().text(1, name);
  const [kind] = Object.keys(attribute) as [keyof typeof KINDS];
  if ('string' in attribute && attribute.string.startsWith('@')) {
    return message.text(21, attribute.string.slice(1)).int(20, KINDS.float);
  }
  if ('float' in attribute) message.float(2, attribute.float);
  if ('int' in attribute) message.int(3, attribute.int);
  if ('string' in attribute) message.text(4, attribute.string);
  if ('tensor' in attribute) message.message(5, tensorMessage(attribute.tensor, ''));
  if ('graph' in attribute) message.message(6, graphMessage(attribute.graph));
  if ('floats' in attribute) for (const item of attribute.floats) message.float(7, item);
  if ('ints' in attribute) for (const item of attribute.ints) message.int(8, item);
  return message.int(20, KINDS[kind]);
}

function typeOf(data: TestTensor['data']): number {
  if (data instanceof Float32Array) return FLOAT;
  if (data instanceof BigInt64Array) return INT64;
  return data instanceof Uint16Array ? 10 : 9;
}

function tensorMessage({ shape, data, external, type = typeOf(data) }: TestTensor, name: string): Message {
  const message = new Message();
  for (const extent of shape) message.int(1, extent);
  message.int(2, type).text(8, name);
  if (external === undefined) return message.bytes(9, bytesOf(data));
  return message.message(13, new Message().text(1, 'location').text(2, external)).int(14, 1);
}

function portMessage(name: string, { shape, type = FLOAT }: TestPort): Message {
  const dimensions = new Message();
  for (const extent of shape) {
    dimensions.message(1, typeof extent === 'string' ? new Message().text(2, extent) : new Message().int(1, extent));
  }
  const tensor = new Message().int(1, type).message(2, dimensions);
  return new Message().text(1, name).message(2, new Message().message(1, tensor));
}
