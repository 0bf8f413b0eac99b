import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataError } from '#src/core/errors.js';
import { toFloat16 } from '#src/core/half.js';
import { readSafetensors, writeSafetensors } from '#src/store/tensors/safetensors.js';
import type { HalfTensor, Tensor } from '#src/store/tensors/tensor.js';
import { tempFolder } from '../temp-folder.js';

const root = tempFolder();

/** A file by the letter of the specification. */
function file(name: string, header: unknown, body: readonly number[], headerBytes?: number): string {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(headerBytes ?? text.length));
  const path = join(root, name);
  writeFileSync(path, Buffer.concat([length, text, Buffer.from(body)]));
  return path;
}

function entry(dtype: string, shape: unknown, begin: number, end: number): object {
  return { dtype, shape, data_offsets: [begin, end] };
}

describe('writeSafetensors', () => {
  it('writes exactly the bytes of the specification, the widest numbers first, then by name', async () => {
    const path = join(root, 'exact.safetensors');
    await writeSafetensors(
      path,
      new Map<string, Tensor>([
        ['b', { dtype: 'U8', shape: [3], data: Uint8Array.of(7, 8, 9) }],
        ['10', { dtype: 'F32', shape: [1, 2], data: Float32Array.of(1, -2) }],
        ['a', { dtype: 'I64', shape: [], data: BigInt64Array.of(-1n) }],
        ['conv', { dtype: 'F32', shape: [0], data: new Float32Array() }],
      ]),
      { from: 'test' },
    );
    let json =
      '{"__metadata__":{"from":"test"},' +
      '"a":{"dtype":"I64","shape":[],"data_offsets":[0,8]},' +
      '"10":{"dtype":"F32","shape":[1,2],"data_offsets":[8,16]},' +
      '"conv":{"dtype":"F32","shape":[0],"data_offsets":[16,16]},' +
      '"b":{"dtype":"U8","shape":[3],"data_offsets":[16,19]}}';
    while (json.length % 8 !== 0) json += ' ';
    const expected = Buffer.concat([
      Buffer.from([json.length & 255, json.length >> 8, 0, 0, 0, 0, 0, 0]),
      Buffer.from(json),
      Buffer.from('ffffffffffffffff', 'hex'),
      Buffer.from('0000803f000000c0', 'hex'),
      Buffer.from([7, 8, 9]),
    ]);
    expect(readFileSync(path).equals(expected)).toBe(true);
  });

  it('gives the same bytes in whatever order the tensors come', async () => {
    const a: [string, Tensor] = ['a', { dtype: 'F32', shape: [1], data: Float32Array.of(1) }];
    const b: [string, Tensor] = ['b', { dtype: 'F32', shape: [1], data: Float32Array.of(2) }];
    await writeSafetensors(join(root, 'ab'), new Map([a, b]));
    await writeSafetensors(join(root, 'ba'), new Map([b, a]));
    expect(readFileSync(join(root, 'ab')).equals(readFileSync(join(root, 'ba')))).toBe(true);
  });

  it('refuses a tensor whose data does not fit its shape, and writes nothing', async () => {
    const wrong = new Map<string, Tensor>([['w', { dtype: 'F32', shape: [2, 2], data: new Float32Array(3) }]]);
    await expect(writeSafetensors(join(root, 'wrong'), wrong)).rejects.toThrow(
      new DataError('tensor w: expected 4 numbers for [2,2], got 3'),
    );
    expect(readdirSync(root)).not.toContain('wrong');
  });
});

describe('readSafetensors', () => {
  it('reads back every type of number it writes', async () => {
    const tensors = new Map<string, Tensor>([
      ['f64', { dtype: 'F64', shape: [2], data: Float64Array.of(Math.PI, -0) }],
      ['f32', { dtype: 'F32', shape: [2], data: Float32Array.of(Number.NaN, 1e-45) }],
      ['i64', { dtype: 'I64', shape: [1], data: BigInt64Array.of(-(2n ** 63n)) }],
      ['u64', { dtype: 'U64', shape: [1], data: BigUint64Array.of(2n ** 64n - 1n) }],
      ['i32', { dtype: 'I32', shape: [1, 1], data: Int32Array.of(-5) }],
      ['u32', { dtype: 'U32', shape: [1], data: Uint32Array.of(2 ** 32 - 1) }],
      ['i16', { dtype: 'I16', shape: [1], data: Int16Array.of(-300) }],
      ['u16', { dtype: 'U16', shape: [1], data: Uint16Array.of(65535) }],
      ['i8', { dtype: 'I8', shape: [1], data: Int8Array.of(-128) }],
      ['u8', { dtype: 'U8', shape: [3], data: Uint8Array.of(1, 2, 3) }],
      ['__proto__', { dtype: 'U8', shape: [1], data: Uint8Array.of(4) }],
    ]);
    const path = join(root, 'all');
    await writeSafetensors(path, tensors, { note: 'ü' });
    const read = await readSafetensors(path);
    expect(new Map([...read.tensors].sort())).toEqual(new Map([...tensors].sort()));
    expect(read.metadata).toEqual({ note: 'ü' });
  });

  it('reads a file of the specification, entries in any order, data unaligned', async () => {
    const path = file('spec', { w: entry('F32', [1], 1, 5), u: entry('U8', [1], 0, 1) }, [
      9,
      ...new Uint8Array(Float32Array.of(0.5).buffer),
    ]);
    const { tensors, metadata } = await readSafetensors(path);
    expect(tensors.get('u')).toEqual({ dtype: 'U8', shape: [1], data: Uint8Array.of(9) });
    expect(tensors.get('w')).toEqual({ dtype: 'F32', shape: [1], data: Float32Array.of(0.5) });
    expect(metadata).toEqual({});
  });

  it('writes half-wide floats, which read back as the same numbers, behind all wider ones', async () => {
    const path = join(root, 'written-half');
    const numbers = Float32Array.of(1, -2, 0.333251953125);
    await writeSafetensors(
      path,
      new Map<string, Tensor | HalfTensor>([
        ['a', { dtype: 'F16', shape: [3], data: toFloat16(numbers) }],
        ['b', { dtype: 'F32', shape: [1], data: Float32Array.of(0.1) }],
      ]),
    );
    const { tensors } = await readSafetensors(path);
    expect([...tensors.keys()]).toEqual(['b', 'a']);
    expect(tensors.get('a')).toEqual({ dtype: 'F32', shape: [3], data: numbers });
  });

  it('widens half-wide floats to float32', async () => {
    // By IEEE 754: 1, -2, 65504 (largest), 2^-24 (smallest), 1/3 rounded, infinity, NaN.
    const half = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x3555, 0x7c00, 0x7e00);
    const brain = Uint16Array.of(0x3f80, 0xc000, 0x4049);
    const path = file('half', { h: entry('F16', [7], 0, 14), b: entry('BF16', [3], 14, 20) }, [
      ...new Uint8Array(half.buffer),
      ...new Uint8Array(brain.buffer),
    ]);
    const { tensors } = await readSafetensors(path);
    expect([...tensors.get('h')!.data]).toEqual([1, -2, 65504, 2 ** -24, 0.333251953125, Infinity, Number.NaN]);
    expect([...tensors.get('b')!.data]).toEqual([1, -2, 3.140625]);
    expect(tensors.get('h')!.dtype).toBe('F32');
  });

  const cases: readonly (readonly [string, string, RegExp])[] = [
    [
      'a file that is not there',
      join(root, 'none'),
      /none: expected a file that can be read, got no such file\. Check the path\./,
    ],
    ['an empty file', join(root, 'empty'), /expected 8 bytes or more, got 0; it is cut short/],
    ['a header longer than the file', file('long', '{}', [], 99), /a header of 99 bytes in a file of 10/],
    ['another format', file('other', 'PNG', []), /a header that is not JSON/],
    ['a header that is a list', file('list', [], []), /a header that is no object/],
    ['metadata that is not text', file('meta', { __metadata__: { a: 1 } }, []), /__metadata__ .* got \{"a":1\}/],
    [
      'an entry without offsets',
      file('offsets', { w: { dtype: 'F32', shape: [1] } }, []),
      /tensor w: .* two data_offsets/,
    ],
    ['a negative length', file('negative', { w: entry('F32', [-1], 0, 4) }, [0, 0, 0, 0]), /tensor w: .* got .*\[-1\]/],
    ['a type it does not know', file('dtype', { w: entry('F8_E4M3', [1], 0, 1) }, [0]), /tensor w: .* got "F8_E4M3"/],
    [
      'offsets that do not fit the shape',
      file('fit', { w: entry('F32', [2], 0, 4) }, [0, 0, 0, 0]),
      /expected 8 bytes for F32\[2\], got 4/,
    ],
    [
      'overlapping tensors',
      file('overlap', { a: entry('U8', [2], 0, 2), b: entry('U8', [2], 1, 3) }, [0, 0, 0]),
      /tensor b: .* begin at 2, got 1: it overlaps/,
    ],
    [
      'a hole',
      file('hole', { a: entry('U8', [1], 0, 1), b: entry('U8', [1], 2, 3) }, [0, 0, 0]),
      /tensor b: .* begin at 1, got 2: there is a hole/,
    ],
    [
      'a truncated file',
      file('cut', { w: entry('F32', [2], 0, 8) }, [0, 0, 0]),
      /expected 8 bytes of tensors, got 3; the file is cut short/,
    ],
    ['bytes after the tensors', file('tail', { w: entry('U8', [1], 0, 1) }, [0, 0]), /followed by something else/],
  ];
  writeFileSync(join(root, 'empty'), '');
  it.each(cases)('refuses %s and says so', async (_, path, message) => {
    const reading = readSafetensors(path);
    await expect(reading).rejects.toThrow(DataError);
    await expect(reading).rejects.toThrow(message);
  });
});
