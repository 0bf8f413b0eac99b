/** @file Types of the numbers in ONNX's tensors (TensorProto.DataType), and the arrays that hold them. */
import { DataError } from '../../core/errors.js';
import type { DType } from '../value.js';

/** Arrays by ONNX's types of numbers. Sixteen-bit floats are their bits, a bool is a byte. */
export const ELEMENT_ARRAYS = {
  float32: Float32Array,
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
  float16: Uint16Array,
  float64: Float64Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bfloat16: Uint16Array,
} as const;

export type ElementType = keyof typeof ELEMENT_ARRAYS;
export type ElementArray = (typeof ELEMENT_ARRAYS)[ElementType]['prototype'];

/** Numbers of TensorProto.DataType. */
const NUMBERS: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
};

const TYPES = new Map(Object.entries(NUMBERS).map(([type, number]) => [number, type as ElementType]));

export function numberOfElementType(type: ElementType): number {
  return NUMBERS[type];
}

/** @throws {DataError} if it is one that no array here holds: texts, complex numbers, floats of 8 bits, integers of 4 */
export function elementTypeNumbered(number: number, subject: string): ElementType {
  const type = TYPES.get(number);
  if (type === undefined) {
    throw new DataError(
      `${subject}: expected numbers of ${Object.keys(NUMBERS).join(', ')}, got ONNX's data type ${number}. Export the model with float32 weights.`,
    );
  }
  return type;
}

const FLOATS: readonly ElementType[] = ['float32', 'float16', 'bfloat16', 'float64'];

export function isFloat(type: ElementType): boolean {
  return FLOATS.includes(type);
}

/** The type that such numbers have in a graph of ours: floats of any width are float32, and are computed as such. */
export function graphType(type: ElementType): DType {
  if (isFloat(type)) return 'float32';
  if (type === 'bool') return 'bool';
  return type === 'int64' || type === 'uint64' || type === 'uint32' ? 'int64' : 'int32';
}
