/**
 * @file Reads and writes safetensors files (https://github.com/huggingface/safetensors), the format for weights and bank.
 *
 * Layout: the header's length as a little-endian uint64; the header, JSON padded with spaces; the tensors' bytes
 * without holes. Numbers are little-endian, as on every machine Node is released for but s390x and big-endian POWER.
 */

import { DataError } from '../../core/errors.js';
import { fromBfloat16, fromFloat16 } from '../../core/half.js';
import { writeFileAtomic } from '../files/atomic.js';
import { pieces, readInto, withFile } from '../files/bytes.js';
import { Digest } from '../files/digest.js';
import { type Entry, parseHeader } from './safetensors-header.js';
import {
  ARRAY_TYPES,
  type HalfTensor,
  numElements,
  type Tensor,
  type Tensors,
  type WritableTensors,
} from './tensor.js';

// The bound of the reference implementation; a longer header is a damaged file.
const MAX_HEADER_BYTES = 100_000_000;

export interface Safetensors {
  readonly tensors: Tensors;
  /** Free text by key, e.g. who wrote the file. */
  readonly metadata: Readonly<Record<string, string>>;
  /** SHA-256 of the file, in hexadecimal. */
  readonly digest: string;
}

/**
 * Reads a whole file. F16 and BF16 tensors are widened to F32.
 *
 * @throws {DataError} if the file is not whole and well formed, or holds a type of number that has no array here
 */
export async function readSafetensors(path: string): Promise<Safetensors> {
  return withFile(path, async (file) => {
    const { size } = await file.stat();
    const digest = new Digest();
    const read = async <Bytes extends ArrayBufferView>(array: Bytes, position: number): Promise<Bytes> => {
      await readInto(file, array, position, path);
      for (const piece of pieces(array)) digest.add(piece);
      return array;
    };
    const prefix = await read(new DataView(new ArrayBuffer(8)), 0);
    const headerBytes = Number(prefix.getBigUint64(0, true));
    if (headerBytes > MAX_HEADER_BYTES || headerBytes > size - 8) {
      throw new DataError(
        `${path}: expected a safetensors file, got a header of ${headerBytes} bytes in a file of ${size}; ` +
          'it is another format or cut short',
      );
    }
    const header = await read(new Uint8Array(headerBytes), 8);
    const start = 8 + headerBytes;
    const { entries, metadata } = parseHeader(new TextDecoder().decode(header), size - start, path);
    const tensors = new Map<string, Tensor>();
    for (const entry of entries) {
      // In the order of their bytes, without holes: what is digested is the file.
      const array = await read(new (arrayType(entry))(numElements(entry.shape)), start + entry.begin);
      tensors.set(entry.name, widen(entry, array));
    }
    return { tensors, metadata, digest: digest.hex };
  });
}

/**
 * Writes a file atomically and without a second copy in memory. The same tensors give the same bytes, in whatever
 * order they come: the widest numbers first, which aligns every tensor, then by name.
 *
 * @param tensors must not change until the promise is fulfilled
 * @returns SHA-256 of the file, in hexadecimal
 * @throws {DataError} if a tensor's data is not as long as its shape says
 */
export async function writeSafetensors(
  path: string,
  tensors: WritableTensors,
  metadata: Readonly<Record<string, string>> = {},
): Promise<string> {
  const ordered = [...tensors].sort(
    ([nameA, a], [nameB, b]) =>
      b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT || (nameA < nameB ? -1 : nameA > nameB ? 1 : 0),
  );
  const fields: [string, unknown][] = Object.keys(metadata).length > 0 ? [['__metadata__', metadata]] : [];
  let end = 0;
  for (const [name, { dtype, shape, data }] of ordered) {
    if (data.length !== numElements(shape)) {
      throw new DataError(`tensor ${name}: expected ${numElements(shape)} numbers for [${shape}], got ${data.length}`);
    }
    const begin = end;
    end += data.byteLength;
    fields.push([name, { dtype, shape, data_offsets: [begin, end] }]);
  }
  const digest = new Digest();
  await writeFileAtomic(
    path,
    (function* () {
      for (const piece of content(fields, ordered)) yield digest.add(piece);
    })(),
  );
  return digest.hex;
}

function* content(
  fields: readonly [string, unknown][],
  tensors: readonly [string, Tensor | HalfTensor][],
): Generator<Uint8Array> {
  // Not JSON.stringify of one object: it would move names that look like numbers to the front.
  const json = `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
  const text = new TextEncoder().encode(json);
  const header = new Uint8Array(8 + Math.ceil(text.length / 8) * 8).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - 8), true);
  header.set(text, 8);
  yield header;
  for (const [, { data }] of tensors) yield* pieces(data);
}

function arrayType({ dtype }: Entry): (typeof ARRAY_TYPES)[keyof typeof ARRAY_TYPES] {
  return dtype === 'F16' || dtype === 'BF16' ? Uint16Array : ARRAY_TYPES[dtype];
}

function widen({ dtype, shape }: Entry, array: Tensor['data']): Tensor {
  if (dtype === 'F16') return { dtype: 'F32', shape, data: fromFloat16(array as Uint16Array) };
  if (dtype === 'BF16') return { dtype: 'F32', shape, data: fromBfloat16(array as Uint16Array) };
  return { dtype, shape, data: array } as Tensor;
}
