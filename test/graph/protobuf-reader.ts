/** @file Reads protocol buffers: written from the wire format's documentation, so that it shares nothing with the writer. */

/** Values of one field number: numbers for varints, bytes for the rest. */
export class Fields {
  readonly #fields = new Map<number, (bigint | Uint8Array)[]>();

  constructor(bytes: Uint8Array) {
    let at = 0;
    const varint = (): bigint => {
      let value = 0n;
      for (let shift = 0n; ; shift += 7n) {
        const byte = bytes[at++]!;
        value |= BigInt(byte & 127) << shift;
        if (byte < 128) return value;
      }
    };
    while (at < bytes.length) {
      const tag = Number(varint());
      const wireType = tag & 7;
      let value: bigint | Uint8Array;
      if (wireType === 0) value = varint();
      else {
        const length = wireType === 5 ? 4 : wireType === 1 ? 8 : Number(varint());
        value = bytes.subarray(at, at + length);
        at += length;
      }
      this.#fields.set(tag >> 3, [...(this.#fields.get(tag >> 3) ?? []), value]);
    }
  }

  numbers(field: number): number[] {
    return (this.#fields.get(field) ?? []).map((value) => Number(BigInt.asIntN(64, value as bigint)));
  }

  bytes(field: number): Uint8Array[] {
    return (this.#fields.get(field) ?? []) as Uint8Array[];
  }

  texts(field: number): string[] {
    return this.bytes(field).map((bytes) => new TextDecoder().decode(bytes));
  }

  messages(field: number): Fields[] {
    return this.bytes(field).map((bytes) => new Fields(bytes));
  }

  floats(field: number): number[] {
    return this.bytes(field).map((bytes) => new DataView(bytes.buffer, bytes.byteOffset, 4).getFloat32(0, true));
  }
}
