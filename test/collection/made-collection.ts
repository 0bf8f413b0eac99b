/** Collections of features that a test makes up, searched by loops that know nothing of the package. */
import type { Collection } from '#src/collection/collection.js';
import { memoryCollection } from '#src/collection/memory-collection.js';

export interface Made {
  readonly labels?: readonly (string | null)[];
  readonly hashes?: readonly string[];
  readonly names?: readonly string[];
}

/** @param rows vectors of any length but zero; they are brought to length one */
export function makeCollection(rows: readonly (readonly number[])[], { labels, hashes, names }: Made = {}): Collection {
  const dim = rows[0]!.length;
  const features = Float32Array.from(
    rows.flatMap((row) => {
      const norm = Math.hypot(...row);
      return row.map((value) => value / norm);
    }),
  );
  const nameOf = (row: number): string => names?.[row] ?? `${row}.jpg`;
  const pictures = rows.map((_, row) => ({
    id: `/pictures/${nameOf(row)}`,
    label: labels?.[row] ?? null,
    hash: hashes?.[row],
  }));
  return {
    ...memoryCollection({ dim, threads: 2, features, pictures }),
    source: 'bank',
    pictures: pictures.map((picture, row) => ({ ...picture, name: nameOf(row) })),
    async nearest(queries, k, exclude) {
      const numQueries = queries.length / dim;
      const indices = new Int32Array(numQueries * k).fill(-1);
      const scores = new Float32Array(numQueries * k).fill(Number.NEGATIVE_INFINITY);
      for (let query = 0; query < numQueries; query++) {
        const own = queries.subarray(query * dim, (query + 1) * dim);
        const found = rows
          .map((_, row) => ({ row, score: Math.fround(cosine(own, features.subarray(row * dim, (row + 1) * dim))) }))
          .filter(({ row }) => row !== exclude?.[query])
          .sort((a, b) => b.score - a.score || a.row - b.row)
          .slice(0, k);
        found.forEach(({ row, score }, i) => {
          indices[query * k + i] = row;
          scores[query * k + i] = score;
        });
      }
      return { k, indices, scores };
    },
  };
}

/** Of unit vectors. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);
}

/** The cosine of two rows. */
export function similarity({ features, dim }: Collection, a: number, b: number): number {
  return cosine(features.subarray(a * dim, (a + 1) * dim), features.subarray(b * dim, (b + 1) * dim));
}
