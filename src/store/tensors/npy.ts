/**
 * @file Reads and writes arrays of float32 in NumPy's format (numpy.lib.format): a magic string, the version, the
 * header's length, the header as a Python dict, the numbers.
 */

import { DataError } from '../../core/errors.js';
import { pieces, readInto, withFile } from '../files/bytes.js';
import { numElements } from './tensor.js';

const MAGIC = '\x93NUMPY';
const ALIGNMENT = 64;

export interface FloatArray {
  readonly shape: readonly number[];
  /** float32[...shape], C order */
  readonly data: Float32Array;
}

/** What a file of version 1 holds, piece by piece. `data` must be as long as `shape` says. */
export function* npyContent({ shape, data }: FloatArray): Generator<Uint8Array> {
  yield npyHeader(shape);
  yield* pieces(data);
}

/** What stands before the numbers of an array. */
export function npyHeader(shape: readonly number[]): Buffer {
  // Python writes the tuple of one number with a comma.
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const dict = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`;
  const numBytes = Math.ceil((10 + dict.length + 1) / ALIGNMENT) * ALIGNMENT;
  const header = Buffer.alloc(numBytes, ' ');
  header.write(MAGIC, 0, 'latin1');
  header.set([1, 0], 6);
  header.writeUInt16LE(numBytes - 10, 8);
  header.write(dict, 10, 'latin1');
  header.write('\n', numBytes - 1);
  return header;
}

/**
 * Reads versions 1, 2 and 3.
 *
 * @throws {DataError} if the file is no such array, is cut short, or holds other numbers or another order
 */
export async function readNpy(path: string): Promise<FloatArray> {
  return withFile(path, async (file) => {
    const start = Buffer.alloc(12);
    await readInto(file, start, 0, path);
    const version = start[6]!;
    if (start.toString('latin1', 0, 6) !== MAGIC || version < 1 || version > 3) {
      throw new DataError(`${path}: expected a NumPy array of version 1 to 3, got something else`);
    }
    // Version 1 gives the header's length in two bytes, the later ones in four.
    const [headerStart, headerBytes] = version === 1 ? [10, start.readUInt16LE(8)] : [12, start.readUInt32LE(8)];
    const header = Buffer.alloc(headerBytes);
    await readInto(file, header, headerStart, path);
    const shape = parseShape(header.toString('utf8'), path);
    const data = new Float32Array(numElements(shape));
    await readInto(file, data, headerStart + headerBytes, path);
    return { shape, data };
  });
}

function parseShape(dict: string, path: string): number[] {
  const descr = /'descr':\s*'([^']*)'/.exec(dict)?.[1];
  const isFortran = /'fortran_order':\s*True/.test(dict);
  const shape = /'shape':\s*\(([\d\s,]*)\)/.exec(dict)?.[1];
  if (descr !== '<f4' || isFortran || shape === undefined) {
    throw new DataError(
      `${path}: expected float32 in C order ('<f4'), got ${dict.trim()}; ` +
        "save it as numpy.ascontiguousarray(array, dtype='<f4')",
    );
  }
  return shape
    .split(',')
    .filter((length) => length.trim() !== '')
    .map(Number);
}
