/**
 * @file Embeddings as a NumPy array, float32[pictures, dim], and beside it what NumPy cannot hold:
 * for `features.npy` the file `features.paths.json`, `{"paths": […], "labels": […], "features": "…", "encoder": "…"}`, one entry a
 * row, the SHA-256 of the array's numbers, by which the two are known to belong together, and that of the encoder. Version
 * 0.1 wrote neither.
 */

import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { DataError } from '../../core/errors.js';
import { explain } from '../../core/explain.js';
import { inputRefused } from '../../core/system-errors.js';
import { writeFilesAtomic } from '../files/atomic.js';
import { pieces } from '../files/bytes.js';
import { Digest } from '../files/digest.js';
import { npyContent, readNpy } from '../tensors/npy.js';
import { type EmbeddingsFormat, makeEmbeddings } from './embeddings-format.js';

const Sidecar = z.object({
  paths: z.array(z.string()),
  labels: z.array(z.string().nullable()).optional(),
  features: z.string().optional(),
  encoder: z.string().optional(),
});

export const npy: EmbeddingsFormat = {
  async write(path, { ids, labels, features, dim, encoderKey }) {
    const sidecar = { paths: ids, labels, features: digestOfNumbers(features), encoder: encoderKey };
    await writeFilesAtomic([
      [path, npyContent({ shape: [ids.length, dim], data: features })],
      [sidecarPath(path), `${JSON.stringify(sidecar, null, 1)}\n`],
    ]);
  },

  async read(path) {
    const { shape, data } = await readNpy(path);
    if (shape.length !== 2) {
      throw new DataError(`${path}: expected float32[pictures, dim], got float32[${shape.join(', ')}]`);
    }
    const [numRows, dim] = shape as [number, number];
    const sidecar = sidecarPath(path);
    const { paths, labels = [], features, encoder } = await readSidecar(sidecar);
    if (paths.length !== numRows || (labels.length > 0 && labels.length !== numRows)) {
      throw new DataError(
        `${sidecar}: expected ${numRows} paths and as many labels or none, for the rows of ${path}, ` +
          `got ${paths.length} and ${labels.length}; embed again`,
      );
    }
    if (features !== undefined && features !== digestOfNumbers(data)) {
      throw new DataError(
        `${path}: expected the numbers whose paths ${sidecar} has, got others: one of the two files is of another time, or damaged; embed again`,
      );
    }
    return makeEmbeddings(paths, labels, data, dim, encoder);
  },
};

function digestOfNumbers(numbers: Float32Array): string {
  const digest = new Digest();
  for (const piece of pieces(numbers)) digest.add(piece);
  return digest.hex;
}

function sidecarPath(path: string): string {
  return path.replace(/\.npy$/i, '.paths.json');
}

async function readSidecar(path: string): Promise<z.infer<typeof Sidecar>> {
  const expected = '{"paths": […], "labels": […]} with an entry for each row';
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw inputRefused(path, expected, error);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new DataError(`${path}: expected ${expected}, got no JSON, or a part of it. Embed again.`, { cause: error });
  }
  const { data, error } = Sidecar.safeParse(value);
  if (data !== undefined) return data;
  throw new DataError(`${path}: ${explain(error, value)} Expected is ${expected}; embed again.`);
}
