/**
 * @file Reads the weights out of an ONNX model: its float32 initializers, by name.
 *
 * Of the protocol-buffer wire format and of onnx.proto3 it knows just the way to them: ModelProto.graph (7),
 * GraphProto.initializer (5), and of a TensorProto dims (1), data_type (2), float_data (4), name (8) and raw_data (9).
 */

import { readFile } from 'node:fs/promises';
import { DataError } from '../../core/errors.js';
import { inputRefused } from '../../core/system-errors.js';
import { numElements, type Tensor, type Tensors } from './tensor.js';

const [GRAPH, INITIALIZER] = [7, 5];
const [DIMS, DATA_TYPE, FLOAT_DATA, NAME, RAW_DATA] = [1, 2, 4, 8, 9];
const FLOAT = 1;
const [VARINT, FIXED64, BYTES, FIXED32] = [0, 1, 2, 5];

/** @throws {DataError} if the file cannot be read or is no ONNX model */
export async function readOnnxWeights(path: string): Promise<Tensors> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw inputRefused(path, 'a file that can be read', error);
  }
  try {
    return parseOnnxWeights(bytes);
  } catch (error) {
    throw new DataError(`${path}: expected an ONNX model, got something else or a file cut short`, { cause: error });
  }
}

/** @throws {RangeError} if the bytes are no ONNX model */
export function parseOnnxWeights(bytes: Uint8Array): Tensors {
  const tensors = new Map<string, Tensor>();
  for (const graph of messages(bytes, GRAPH)) {
    for (const initializer of messages(graph, INITIALIZER)) {
      const named = parseTensor(initializer);
      if (named) tensors.set(...named);
    }
  }
  return tensors;
}

function parseTensor(bytes: Uint8Array): [string, Tensor] | undefined {
  const shape: number[] = [];
  let [name, type] = ['', 0];
  let numbers: Uint8Array = new Uint8Array();
  for (const { field, value } of fields(bytes)) {
    if (field === DATA_TYPE) type = value as number;
    if (field === NAME) name = new TextDecoder().decode(value as Uint8Array);
    if (field === RAW_DATA || field === FLOAT_DATA) numbers = value as Uint8Array;
    // A list of integers may come packed into one field, or one by one.
    if (field === DIMS) shape.push(...(typeof value === 'number' ? [value] : varints(value)));
  }
  if (type !== FLOAT || numbers.length !== 4 * numElements(shape)) return undefined;
  // A copy, which aligns the numbers; a Buffer's own `slice` would not be one.
  return [name, { dtype: 'F32', shape, data: new Float32Array(Uint8Array.from(numbers).buffer) }];
}

function* messages(bytes: Uint8Array, wanted: number): Generator<Uint8Array> {
  for (const { field, value } of fields(bytes)) if (field === wanted) yield value as Uint8Array;
}

/** The fields of a message: numbers for varints, bytes for all else. */
function* fields(bytes: Uint8Array): Generator<{ readonly field: number; readonly value: number | Uint8Array }> {
  const reader = new Reader(bytes);
  while (!reader.isAtEnd) {
    const tag = reader.varint();
    const [field, wireType] = [Math.floor(tag / 8), tag % 8];
    if (wireType === VARINT) yield { field, value: reader.varint() };
    else if (wireType === BYTES) yield { field, value: reader.take(reader.varint()) };
    else if (wireType === FIXED32) yield { field, value: reader.take(4) };
    else if (wireType === FIXED64) yield { field, value: reader.take(8) };
    else throw new RangeError(`wire type ${wireType}`);
  }
}

function varints(bytes: Uint8Array): number[] {
  const reader = new Reader(bytes);
  const numbers: number[] = [];
  while (!reader.isAtEnd) numbers.push(reader.varint());
  return numbers;
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** Seven bits a byte, the lowest first. Sizes and extents are exact in a number; negative ones do not occur. */
  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.take(1)[0]!;
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  }

  take(count: number): Uint8Array {
    const end = this.#at + count;
    if (end > this.#bytes.length) throw new RangeError('cut short');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}
