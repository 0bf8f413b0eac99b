/** @file Tensors of an ONNX model: read in every encoding it has for them. */
import { DataError } from '../../core/errors.js';
import { fromBfloat16, fromFloat16 } from '../../core/half.js';
import { bytesOf } from '../../core/vector.js';
import { Message } from '../protobuf.js';
import { MessageFields } from '../protobuf-fields.js';
import { type Shape, sizeOf } from '../value.js';
import {
  ELEMENT_ARRAYS,
  type ElementArray,
  type ElementType,
  elementTypeNumbered,
  numberOfElementType,
} from './element-type.js';

/** A tensor as ONNX has it. */
export interface OnnxTensor {
  readonly type: ElementType;
  readonly shape: Shape;
  readonly data: ElementArray;
  /** An axis along which its first `count` slices come again and again, since it is as long as the batch makes it. */
  readonly repeated?: { readonly axis: number; readonly count: number };
}

/** Fields of TensorProto. */
const [DIMS, DATA_TYPE, FLOAT_DATA, INT32_DATA, INT64_DATA, NAME] = [1, 2, 4, 5, 7, 8];
const [RAW_DATA, DOUBLE_DATA, UINT64_DATA, EXTERNAL_DATA, DATA_LOCATION] = [9, 10, 11, 13, 14];
const EXTERNAL = 1;

/** The bytes of a file beside the model, by the location that the model gives. */
export type ExternalData = (location: string) => Uint8Array;

/** For a model that should have no files beside it. */
export function noExternal(location: string): never {
  throw new DataError(
    `expected the file '${location}' beside the model, which holds its weights, got none. Put it there.`,
  );
}

/** A tensor that is read when its numbers are wanted. */
export class StoredTensor {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: Shape;
  readonly #fields: MessageFields;
  readonly #external: ExternalData;
  #tensor: OnnxTensor | undefined;

  /**
   * @param bytes a TensorProto
   * @throws {DataError} if its numbers are of a type that cannot be read
   */
  constructor(bytes: Uint8Array, external: ExternalData) {
    this.#fields = new MessageFields(bytes);
    this.#external = external;
    this.name = this.#fields.text(NAME);
    this.type = elementTypeNumbered(this.#fields.int(DATA_TYPE) ?? 0, `tensor '${this.name}'`);
    this.shape = this.#fields.ints(DIMS).map(Number);
  }

  /** The file beside the model that has its numbers, if one has. */
  get location(): string | undefined {
    return this.#fields.int(DATA_LOCATION) === EXTERNAL ? (this.#entry('location') ?? '') : undefined;
  }

  /** @throws {DataError} if there are fewer or more numbers than its shape says */
  get tensor(): OnnxTensor {
    this.#tensor ??= { type: this.type, shape: this.shape, data: this.#read() };
    return this.#tensor;
  }

  #entry(wanted: string): string | undefined {
    const entry = this.#fields.messages(EXTERNAL_DATA).find((each) => each.text(1) === wanted);
    return entry?.text(2);
  }

  #read(): ElementArray {
    const data = this.#numbers();
    if (data.length !== sizeOf(this.shape)) throw this.#damaged(`${data.length} of them`);
    return data;
  }

  #damaged(got: string): DataError {
    return new DataError(
      `tensor '${this.name}': expected ${sizeOf(this.shape)} numbers of ${this.type}, got ${got}. The file is damaged or cut short; fetch or export it again.`,
    );
  }

  #numbers(): ElementArray {
    if (this.location !== undefined) return this.#fromBytes(this.#externalBytes(this.location));
    const raw = this.#fields.bytes(RAW_DATA);
    if (raw) return this.#fromBytes(raw);
    const type = this.type;
    if (type === 'float32') return this.#fromBytes(this.#fields.packed(FLOAT_DATA));
    if (type === 'float64') return this.#fromBytes(this.#fields.packed(DOUBLE_DATA));
    if (type === 'int64') return BigInt64Array.from(this.#fields.ints(INT64_DATA), BigInt);
    if (type === 'uint64') return BigUint64Array.from(this.#fields.ints(UINT64_DATA), BigInt);
    if (type === 'uint32') return Uint32Array.from(this.#fields.ints(UINT64_DATA), Number);
    // All narrower types come widened, sixteen-bit floats as their bits.
    return ELEMENT_ARRAYS[type].from(this.#fields.ints(INT32_DATA).map(Number));
  }

  /** Bytes, little-endian, as numbers: the bytes themselves if they lie so that they can be read, else a copy. */
  #fromBytes(bytes: Uint8Array): ElementArray {
    const array = ELEMENT_ARRAYS[this.type];
    const width = array.BYTES_PER_ELEMENT;
    if (bytes.length % width !== 0) throw this.#damaged(`${bytes.length} bytes`);
    const { buffer, byteOffset, length } = bytes.byteOffset % width === 0 ? bytes : Uint8Array.from(bytes);
    return new array(buffer as ArrayBuffer, byteOffset, length / width);
  }

  #externalBytes(location: string): Uint8Array {
    const file = this.#external(location);
    const offset = Number(this.#entry('offset') ?? 0);
    const length = Number(this.#entry('length') ?? file.length - offset);
    if (!(offset >= 0 && length >= 0 && offset + length <= file.length)) {
      throw new DataError(
        `${location}: expected at least ${offset + length} bytes for tensor '${this.name}', got ${file.length}. Fetch or export it again.`,
      );
    }
    return file.subarray(offset, offset + length);
  }
}

/** A tensor as a TensorProto. */
export function tensorProto(name: string, { type, shape, data }: OnnxTensor): Message {
  const message = new Message();
  for (const extent of shape) message.int(DIMS, extent);
  return message.int(DATA_TYPE, numberOfElementType(type)).text(NAME, name).bytes(RAW_DATA, bytesOf(data));
}

/** A tensor's numbers as float32. */
export function toFloats({ type, data }: OnnxTensor): Float32Array {
  if (data instanceof Float32Array) return data;
  if (type === 'float16') return fromFloat16(data as Uint16Array);
  if (type === 'bfloat16') return fromBfloat16(data as Uint16Array);
  return Float32Array.from(data as ArrayLike<number | bigint>, Number);
}

/** A tensor's numbers as ordinary ones. */
export function toNumbers(tensor: OnnxTensor): number[] {
  const isHalf = tensor.type === 'float16' || tensor.type === 'bfloat16';
  return Array.from((isHalf ? toFloats(tensor) : tensor.data) as ArrayLike<number | bigint>, Number);
}
