/** @file The scores of all rows with many queries, so few queries at a time that they fit. */
import { setImmediate } from 'node:timers/promises';
import { matmul } from '../graph/ops/linear.js';
import { input } from '../graph/value.js';
import type { Backend } from '../runtime/device.js';
import { Program, toTensor } from '../runtime/program.js';

/** 16 MB of scores. */
const MOST_SCORES = 2 ** 22;
const MOST_QUERIES = 256;

export interface ScoreOptions {
  readonly dim: number;
  readonly backend: Pick<Backend, 'threads'>;
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Yields, for one query after the other, its inner products with all rows. Between blocks the thread may do other things.
 *
 * @param queries float32[numQueries, dim]
 * @param rows float32[n, dim], n ≥ 1
 * @yields the query and float32[n], which the next may overwrite
 * @throws the signal's reason
 */
export async function* scoresOfEach(
  queries: Float32Array,
  rows: Float32Array,
  { dim, backend, onProgress, signal }: ScoreOptions,
): AsyncGenerator<readonly [query: number, scores: Float32Array]> {
  const [numQueries, n] = [queries.length / dim, rows.length / dim];
  const batch = Math.max(1, Math.min(numQueries, MOST_QUERIES, Math.floor(MOST_SCORES / n)));
  const product = matmul(input('queries', [batch, dim]), input('rows', [n, dim]), { transB: true });
  const program = await Program.create({ scores: product }, { target: { device: 'cpu' }, threads: backend.threads });
  const { inputs, outputs } = program;
  const block = new Float32Array(batch * dim);
  const scores = new Float32Array(batch * n);
  const feeds = { queries: toTensor(inputs.get('queries')!, block), rows: toTensor(inputs.get('rows')!, rows) };
  const fetches = { scores: toTensor(outputs.get('scores')!, scores) };
  try {
    for (let first = 0; first < numQueries; first += batch) {
      await setImmediate();
      signal?.throwIfAborted();
      block.set(queries.subarray(first * dim, (first + batch) * dim));
      await program.runInto(feeds, fetches);
      const count = Math.min(batch, numQueries - first);
      for (let i = 0; i < count; i++) yield [first + i, scores.subarray(i * n, (i + 1) * n)];
      onProgress?.(first + count, numQueries);
    }
  } finally {
    await program.release();
  }
}
