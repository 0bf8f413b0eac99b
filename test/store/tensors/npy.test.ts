import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataError } from '#src/core/errors.js';
import { writeFileAtomic } from '#src/store/files/atomic.js';
import { npyContent, readNpy } from '#src/store/tensors/npy.js';
import { tempFolder } from '../temp-folder.js';

const root = tempFolder();

/** A file by the letter of numpy.lib.format. */
function file(name: string, version: number, dict: string, body: Uint8Array): string {
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  length.writeUIntLE(dict.length, 0, length.length);
  const path = join(root, name);
  writeFileSync(
    path,
    Buffer.concat([
      Buffer.from([0x93]),
      Buffer.from('NUMPY'),
      Buffer.from([version, 0]),
      length,
      Buffer.from(dict),
      body,
    ]),
  );
  return path;
}

const BODY = new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer);

describe('npyContent', () => {
  it('writes exactly the documented bytes', async () => {
    const path = join(root, 'exact.npy');
    await writeFileAtomic(path, npyContent({ shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }));
    const dict = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
    const expected = Buffer.concat([
      Buffer.from('934e554d50590100', 'hex'),
      Buffer.from([118, 0]),
      Buffer.from(`${dict.padEnd(117, ' ')}\n`),
      BODY,
    ]);
    expect(readFileSync(path).equals(expected)).toBe(true);
  });

  it.each([[[]], [[0]], [[6]], [[0, 4]], [[3, 2]], [[1, 2, 3]]])('reads back the shape %j', async (shape) => {
    const path = join(root, 'shape.npy');
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i + 0.1);
    await writeFileAtomic(path, npyContent({ shape, data }));
    expect(await readNpy(path)).toEqual({ shape, data });
  });
});

describe('readNpy', () => {
  it.each([1, 2, 3])('reads version %i, keys in any order', async (version) => {
    const path = file('v.npy', version, "{'shape': (3,2), 'fortran_order':False, 'descr':'<f4'}\n", BODY);
    expect(await readNpy(path)).toEqual({ shape: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) });
  });

  const header = (descr: string, order: string): string =>
    `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (2, 3), }\n`;
  it.each([
    ['a file that is not there', join(root, 'none.npy'), /got no such file/],
    ['another format', file('other.npy', 9, header('<f4', 'False'), BODY), /version 1 to 3, got something else/],
    ['float64', file('f8.npy', 1, header('<f8', 'False'), BODY), /got \{'descr': '<f8'.*; save it as/],
    ['Fortran order', file('fortran.npy', 1, header('<f4', 'True'), BODY), /float32 in C order/],
    ['a truncated file', file('cut.npy', 1, header('<f4', 'False'), BODY.subarray(1)), /it is cut short/],
  ])('refuses %s', async (_, path, message) => {
    const reading = readNpy(path);
    await expect(reading).rejects.toThrow(DataError);
    await expect(reading).rejects.toThrow(message);
  });
});
