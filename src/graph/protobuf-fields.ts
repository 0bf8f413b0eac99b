/** @file Just enough of the protocol-buffer wire format to read a message. */

/** What a field holds: a number for a varint (a bigint where a number is not exact), bytes for all else. */
export type FieldValue = number | bigint | Uint8Array;

const [VARINT, FIXED64, BYTES, FIXED32] = [0, 1, 2, 5];
/** Bytes of a varint that a number holds exactly: seven bits each. */
const EXACT_BYTES = 7;

const decoder = new TextDecoder();

/** The fields of a message, by number, in the order they came in. Bytes are views, so that large tensors are not copied. */
export class MessageFields {
  readonly #fields = new Map<number, FieldValue[]>();

  /** @throws {RangeError} if the bytes are no message, or are cut short */
  constructor(bytes: Uint8Array) {
    const reader = new WireReader(bytes);
    while (!reader.isAtEnd) {
      const tag = Number(reader.varint());
      const [field, wireType] = [Math.floor(tag / 8), tag % 8];
      const value = reader.value(wireType);
      const others = this.#fields.get(field);
      if (others) others.push(value);
      else this.#fields.set(field, [value]);
    }
  }

  /** The last value of a varint, which is the one that counts. */
  int(field: number): number | undefined {
    const value = this.#fields.get(field)?.at(-1);
    if (value instanceof Uint8Array) throw new RangeError(`field ${field} is no varint`);
    return value === undefined ? undefined : Number(value);
  }

  /** A list of integers, which may come packed into one field, or one by one. */
  ints(field: number): (number | bigint)[] {
    return (this.#fields.get(field) ?? []).flatMap((value) => (value instanceof Uint8Array ? varints(value) : [value]));
  }

  /** Numbers of fixed width, packed or one by one, as their bytes. */
  packed(field: number): Uint8Array {
    const parts = this.bytesList(field);
    if (parts.length === 1) return parts[0]!;
    const all = new Uint8Array(parts.reduce((total, { length }) => total + length, 0));
    let offset = 0;
    for (const part of parts) {
      all.set(part, offset);
      offset += part.length;
    }
    return all;
  }

  float(field: number): number | undefined {
    const bytes = this.bytes(field);
    return bytes && new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getFloat32(0, true);
  }

  bytes(field: number): Uint8Array | undefined {
    return this.bytesList(field).at(-1);
  }

  bytesList(field: number): Uint8Array[] {
    const values = this.#fields.get(field) ?? [];
    if (!values.every((value) => value instanceof Uint8Array)) throw new RangeError(`field ${field} is a varint`);
    return values;
  }

  text(field: number): string {
    const bytes = this.bytes(field);
    return bytes ? decoder.decode(bytes) : '';
  }

  texts(field: number): string[] {
    return this.bytesList(field).map((bytes) => decoder.decode(bytes));
  }

  message(field: number): MessageFields | undefined {
    const bytes = this.bytes(field);
    return bytes && new MessageFields(bytes);
  }

  messages(field: number): MessageFields[] {
    return this.bytesList(field).map((bytes) => new MessageFields(bytes));
  }
}

function varints(bytes: Uint8Array): (number | bigint)[] {
  const reader = new WireReader(bytes);
  const numbers: (number | bigint)[] = [];
  while (!reader.isAtEnd) numbers.push(reader.varint());
  return numbers;
}

class WireReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  value(wireType: number): FieldValue {
    if (wireType === VARINT) return this.varint();
    if (wireType === BYTES) return this.#take(Number(this.varint()));
    if (wireType === FIXED32) return this.#take(4);
    if (wireType === FIXED64) return this.#take(8);
    throw new RangeError(`wire type ${wireType}`);
  }

  /** Seven bits a byte, the lowest first; int64, so that −1 has ten bytes. */
  varint(): number | bigint {
    let value = 0;
    for (let i = 0; i < EXACT_BYTES; i++) {
      const byte = this.#byte();
      value += (byte & 127) * 2 ** (7 * i);
      if (byte < 128) return value;
    }
    let wide = BigInt(value);
    for (let i = BigInt(EXACT_BYTES); i < 10n; i++) {
      const byte = this.#byte();
      wide |= BigInt(byte & 127) << (7n * i);
      if (byte < 128) return BigInt.asIntN(64, wide);
    }
    throw new RangeError('a varint of more than ten bytes');
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new RangeError('cut short');
    return byte;
  }

  #take(count: number): Uint8Array {
    const end = this.#at + count;
    if (!(end <= this.#bytes.length)) throw new RangeError('cut short');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}
