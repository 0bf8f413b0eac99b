import { describe, expect, it } from 'vitest';
import { DataError } from '#src/core/errors.js';
import {
  noExternal,
  type OnnxTensor,
  StoredTensor,
  tensorProto,
  toFloats,
  toNumbers,
} from '#src/graph/from-onnx/onnx-tensor.js';
import { Message } from '#src/graph/protobuf.js';

// Fields of TensorProto and numbers of its types are those of onnx.proto3.
const [DIMS, TYPE, FLOAT_DATA, INT32_DATA, INT64_DATA, NAME, RAW, DOUBLE_DATA, UINT64_DATA, EXTERNAL, LOCATION] = [
  1, 2, 4, 5, 7, 8, 9, 10, 11, 13, 14,
];
const [FLOAT, UINT8, INT8, INT32, INT64, BOOL, FLOAT16, DOUBLE, UINT32, UINT64, BFLOAT16] = [
  1, 2, 3, 6, 7, 9, 10, 11, 12, 13, 16,
];

const bytesOf = (array: ArrayBufferView): Uint8Array => new Uint8Array(array.buffer as ArrayBuffer);
const proto = (type: number, count: number): Message => new Message().int(DIMS, count).int(TYPE, type).text(NAME, 't');
const read = (message: Message): OnnxTensor => new StoredTensor(message.finish(), noExternal).tensor;
/** Integers in one field, as writers of today have them. */
function packed(numbers: readonly (number | bigint)[]): Uint8Array {
  const one = (value: number | bigint): Uint8Array => new Message().int(1, value).finish().slice(1);
  return Uint8Array.from(numbers.flatMap((value) => [...one(value)]));
}

describe('a tensor of an ONNX model', () => {
  it('is read from raw bytes in every type of numbers', () => {
    const cases: [number, ArrayBufferView, number[]][] = [
      [FLOAT, Float32Array.of(1.5, -2), [1.5, -2]],
      [DOUBLE, Float64Array.of(0.1, -2), [0.1, -2]],
      [UINT8, Uint8Array.of(255, 2), [255, 2]],
      [INT8, Int8Array.of(-1, 2), [-1, 2]],
      [INT32, Int32Array.of(-(2 ** 31), 2), [-(2 ** 31), 2]],
      [INT64, BigInt64Array.of(-1n, 2n ** 40n), [-1, 2 ** 40]],
      [UINT32, Uint32Array.of(2 ** 32 - 1, 2), [2 ** 32 - 1, 2]],
      [UINT64, BigUint64Array.of(2n ** 40n, 2n), [2 ** 40, 2]],
      [BOOL, Uint8Array.of(1, 0), [1, 0]],
      [FLOAT16, Uint16Array.of(0x3c00, 0xc100), [1, -2.5]],
      [BFLOAT16, Uint16Array.of(0x3f80, 0xc020), [1, -2.5]],
    ];
    for (const [type, data, numbers] of cases) {
      expect(toNumbers(read(proto(type, 2).bytes(RAW, bytesOf(data)))), `type ${type}`).toEqual(numbers);
    }
  });

  it('is read from lists of numbers, packed and one by one', () => {
    expect(toNumbers(read(proto(FLOAT, 2).bytes(FLOAT_DATA, bytesOf(Float32Array.of(1.5, -2)))))).toEqual([1.5, -2]);
    expect(toNumbers(read(proto(FLOAT, 2).float(FLOAT_DATA, 1.5).float(FLOAT_DATA, -2)))).toEqual([1.5, -2]);
    expect(toNumbers(read(proto(DOUBLE, 1).bytes(DOUBLE_DATA, bytesOf(Float64Array.of(0.1)))))).toEqual([0.1]);
    expect(toNumbers(read(proto(INT64, 2).bytes(INT64_DATA, packed([-1, 2 ** 40]))))).toEqual([-1, 2 ** 40]);
    expect(toNumbers(read(proto(INT64, 2).int(INT64_DATA, -1).int(INT64_DATA, 3)))).toEqual([-1, 3]);
    expect(toNumbers(read(proto(UINT64, 1).bytes(UINT64_DATA, packed([7]))))).toEqual([7]);
    expect(toNumbers(read(proto(INT8, 2).bytes(INT32_DATA, packed([-3, 4]))))).toEqual([-3, 4]);
    expect(toNumbers(read(proto(BOOL, 2).bytes(INT32_DATA, packed([1, 0]))))).toEqual([1, 0]);
    expect(toNumbers(read(proto(FLOAT16, 2).bytes(INT32_DATA, packed([0x3c00, 0xc100]))))).toEqual([1, -2.5]);
  });

  it('keeps the largest of 64 bits, with which ONNX says "to the end"', () => {
    const [largest] = read(proto(INT64, 1).bytes(INT64_DATA, packed([2n ** 63n - 1n]))).data;
    expect(largest).toBe(2n ** 63n - 1n);
  });

  it('is a scalar where it has no extents', () => {
    expect(read(new Message().int(TYPE, FLOAT).float(FLOAT_DATA, 3))).toMatchObject({ shape: [] });
  });

  it('is written as it is read', () => {
    const tensor: OnnxTensor = { type: 'int64', shape: [1, 2], data: BigInt64Array.of(-5n, 6n) };
    expect(read(tensorProto('t', tensor))).toEqual(tensor);
  });

  it('is found in a file beside the model, from an offset on', () => {
    const entry = (key: string, value: string): Message => new Message().text(1, key).text(2, value);
    const message = proto(FLOAT, 2)
      .message(EXTERNAL, entry('location', 'weights.bin'))
      .message(EXTERNAL, entry('offset', '4'))
      .message(EXTERNAL, entry('length', '8'))
      .int(LOCATION, 1)
      .finish();
    const file = bytesOf(Float32Array.of(9, 1.5, -2, 9));
    const stored = new StoredTensor(message, (location) => (location === 'weights.bin' ? file : noExternal(location)));
    expect(stored.location).toBe('weights.bin');
    expect(toFloats(stored.tensor)).toEqual(Float32Array.of(1.5, -2));
    const cut = new StoredTensor(message, () => file.subarray(0, 8));
    expect(() => cut.tensor).toThrow("weights.bin: expected at least 12 bytes for tensor 't', got 8.");
    expect(() => new StoredTensor(message, noExternal).tensor).toThrow(
      "expected the file 'weights.bin' beside the model, which holds its weights, got none.",
    );
  });

  it('is refused with fewer numbers than its shape says, or of a type without numbers', () => {
    const short = (): unknown => read(proto(FLOAT, 3).bytes(RAW, bytesOf(Float32Array.of(1, 2))));
    expect(short).toThrow(DataError);
    expect(short).toThrow("tensor 't': expected 3 numbers of float32, got 2 of them.");
    expect(() => read(proto(FLOAT, 1).bytes(RAW, Uint8Array.of(1, 2, 3)))).toThrow('got 3 bytes.');
    const STRING = 8;
    expect(() => new StoredTensor(proto(STRING, 1).finish(), noExternal)).toThrow("got ONNX's data type 8.");
  });
});
