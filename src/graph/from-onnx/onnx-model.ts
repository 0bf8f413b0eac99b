/** @file An ONNX model as its messages have it (onnx.proto3): names, nodes and tensors, not yet a graph of ours. */
import { DataError } from '../../core/errors.js';
import { Message } from '../protobuf.js';
import { MessageFields } from '../protobuf-fields.js';
import { type ExternalData, StoredTensor } from './onnx-tensor.js';

/** The type of an input or output as the model declares it; what it leaves open is absent, or has a name. */
export interface OnnxPort {
  readonly name: string;
  /** Number of its type (TensorProto.DataType). */
  readonly type: number | undefined;
  readonly shape: readonly (number | string)[] | undefined;
}

export interface OnnxAttribute {
  readonly name: string;
  /** The message itself, so that a node can be written as it was. */
  readonly bytes: Uint8Array;
  readonly float: number | undefined;
  readonly int: number | undefined;
  readonly text: string;
  readonly floats: readonly number[];
  readonly ints: readonly number[];
  readonly tensor: StoredTensor | undefined;
  readonly graph: OnnxGraph | undefined;
  /** In the body of a function: the attribute of the caller that it stands for. */
  readonly reference: string;
}

export interface OnnxNode {
  readonly name: string;
  readonly operator: string;
  /** Absent for ONNX's own. */
  readonly domain: string;
  /** Names of values; empty where an optional one is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly tensors: readonly StoredTensor[];
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
}

/** A function that the model brings along: operators of its own are made of. */
export interface OnnxFunction {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly OnnxNode[];
  /** What its attributes are where a call does not give them. */
  readonly defaults: ReadonlyMap<string, OnnxAttribute>;
}

export interface OnnxModel {
  readonly irVersion: number;
  /** Versions of operator sets, by domain; '' is ONNX's own. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly graph: OnnxGraph;
  /** By `domain:name`. */
  readonly functions: ReadonlyMap<string, OnnxFunction>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** ONNX's own operators go by no domain, or by this one. */
const plainDomain = (domain: string): string => (domain === 'ai.onnx' ? '' : domain);

/**
 * @param bytes a ModelProto
 * @param external gives the files beside it, when their numbers are wanted
 * @throws {DataError} if it is none, or cut short
 */
export function parseOnnx(bytes: Uint8Array, external: ExternalData): OnnxModel {
  if (bytes.length === 0) throw new DataError('expected an ONNX model, got 0 bytes. Fetch or export it again.');
  try {
    const model = new MessageFields(bytes);
    const graph = model.message(7);
    if (!graph) throw new RangeError('no graph');
    return {
      irVersion: model.int(1) ?? 0,
      opsets: new Map(model.messages(8).map((opset) => [plainDomain(opset.text(1)), opset.int(2) ?? 1])),
      graph: parseGraph(graph, external),
      functions: new Map(
        model
          .messages(25)
          .map((each) => [`${plainDomain(each.text(10))}:${each.text(1)}`, parseFunction(each, external)]),
      ),
      metadata: new Map(model.messages(14).map((entry) => [entry.text(1), entry.text(2)])),
    };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new DataError(
      'expected an ONNX model, got something else or a file cut short. Fetch or export it again; a file that git LFS has not fetched is a few lines of text.',
      { cause: error },
    );
  }
}

function parseGraph(graph: MessageFields, external: ExternalData): OnnxGraph {
  if (graph.bytesList(15).length > 0) {
    throw new DataError('expected dense tensors, got a sparse one. Export the model without sparse weights.');
  }
  return {
    nodes: graph.messages(1).map((node) => parseNode(node, external)),
    tensors: graph.bytesList(5).map((tensor) => new StoredTensor(tensor, external)),
    inputs: graph.messages(11).map(parsePort),
    outputs: graph.messages(12).map(parsePort),
  };
}

function parseFunction(message: MessageFields, external: ExternalData): OnnxFunction {
  return {
    inputs: message.texts(4),
    outputs: message.texts(5),
    nodes: message.messages(7).map((node) => parseNode(node, external)),
    defaults: parseAttributes(message.bytesList(11), external),
  };
}

function parseNode(node: MessageFields, external: ExternalData): OnnxNode {
  return {
    name: node.text(3),
    operator: node.text(4),
    domain: plainDomain(node.text(7)),
    inputs: node.texts(1),
    outputs: node.texts(2),
    attributes: parseAttributes(node.bytesList(5), external),
  };
}

function parseAttributes(messages: readonly Uint8Array[], external: ExternalData): Map<string, OnnxAttribute> {
  return new Map(
    messages.map((bytes) => {
      const fields = new MessageFields(bytes);
      const tensor = fields.bytes(5);
      const graph = fields.message(6);
      const floats = Uint8Array.from(fields.packed(7));
      const attribute: OnnxAttribute = {
        name: fields.text(1),
        bytes,
        float: fields.float(2),
        int: fields.int(3),
        text: fields.text(4),
        floats: Array.from(new Float32Array(floats.buffer, 0, Math.floor(floats.length / 4))),
        ints: fields.ints(8).map(Number),
        tensor: tensor && new StoredTensor(tensor, external),
        graph: graph && parseGraph(graph, external),
        reference: fields.text(21),
      };
      return [attribute.name, attribute];
    }),
  );
}

function parsePort(port: MessageFields): OnnxPort {
  const tensor = port.message(2)?.message(1);
  const shape = tensor?.message(2);
  return {
    name: port.text(1),
    type: tensor?.int(1),
    shape: shape?.messages(1).map(parseExtent),
  };
}

/** Paddle writes −1 for an axis that is left open, others 0. */
function parseExtent(dimension: MessageFields): number | string {
  const extent = dimension.int(1) ?? 0;
  return extent > 0 ? extent : dimension.text(2);
}

/** A node as a NodeProto, without its name, which need not be the only one when graphs have been put into one. */
export function nodeProto({ operator, domain, inputs, outputs, attributes }: OnnxNode): Message {
  const message = new Message();
  for (const input of inputs) message.text(1, input);
  for (const output of outputs) message.text(2, output);
  message.text(4, operator);
  for (const { bytes } of attributes.values()) message.bytes(5, bytes);
  return domain === '' ? message : message.text(7, domain);
}
