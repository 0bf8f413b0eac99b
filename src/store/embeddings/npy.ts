/**
 * @file Embeddings as a NumPy array, float32[pictures, dim], and beside it what NumPy cannot hold:
 * for `features.npy` the file `features.paths.json`, `{"paths": […], "labels": […]}`, one entry a row.
 */

import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { DataError } from '../../core/errors.js';
import { writeFileAtomic } from '../atomic.js';
import { readNpy, writeNpy } from '../npy.js';
import { type EmbeddingsFormat, makeEmbeddings } from './format.js';

const Sidecar = z.object({ paths: z.array(z.string()), labels: z.array(z.string().nullable()).optional() });

export const npy: EmbeddingsFormat = {
  async write(path, { ids, labels, features, dim }) {
    await writeFileAtomic(sidecarPath(path), `${JSON.stringify({ paths: ids, labels }, null, 1)}\n`);
    await writeNpy(path, { shape: [ids.length, dim], data: features });
  },

  async read(path) {
    const { shape, data } = await readNpy(path);
    if (shape.length !== 2) {
      throw new DataError(`${path}: expected float32[pictures, dim], got float32[${shape.join(', ')}]`);
    }
    const [numRows, dim] = shape as [number, number];
    const sidecar = sidecarPath(path);
    const { paths, labels = [] } = await readSidecar(sidecar);
    if (paths.length !== numRows || (labels.length > 0 && labels.length !== numRows)) {
      throw new DataError(
        `${sidecar}: expected ${numRows} paths and as many labels or none, for the rows of ${path}, ` +
          `got ${paths.length} and ${labels.length}; embed again`,
      );
    }
    return makeEmbeddings(paths, labels, data, dim);
  },
};

function sidecarPath(path: string): string {
  return path.replace(/\.npy$/i, '.paths.json');
}

async function readSidecar(path: string): Promise<z.infer<typeof Sidecar>> {
  try {
    return Sidecar.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    const got = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new DataError(`${path}: expected {"paths": […], "labels": […]} with an entry for each row, got: ${got}`, {
      cause: error,
    });
  }
}
