/** @file A named array's type, shape and numbers, as they lie in files. */

/** The array that holds each type of number; the types are named as safetensors names them. */
export const ARRAY_TYPES = {
  F64: Float64Array,
  F32: Float32Array,
  I64: BigInt64Array,
  U64: BigUint64Array,
  I32: Int32Array,
  U32: Uint32Array,
  I16: Int16Array,
  U16: Uint16Array,
  I8: Int8Array,
  U8: Uint8Array,
} as const;

export type ArrayType = keyof typeof ARRAY_TYPES;

/** Numbers in C order; `data` is as long as the product of `shape`, which is 1 for a scalar's empty shape. */
export type Tensor = {
  readonly [D in ArrayType]: {
    readonly dtype: D;
    readonly shape: readonly number[];
    readonly data: (typeof ARRAY_TYPES)[D]['prototype'];
  };
}[ArrayType];

/** Sixteen-bit floats, as their bits: written so, and widened to float32 when they are read. */
export interface HalfTensor {
  readonly dtype: 'F16';
  readonly shape: readonly number[];
  readonly data: Uint16Array;
}

/** Tensors by name; parameters carry the names PyTorch gives them. */
export type Tensors = ReadonlyMap<string, Tensor>;

/** Tensors as they are written. */
export type WritableTensors = ReadonlyMap<string, Tensor | HalfTensor>;

/** How many numbers a shape holds. */
export function numElements(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
