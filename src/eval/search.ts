/** @file The pictures most similar to a picture. */
import { ArgumentError } from '../core/errors.js';
import { searchExact } from '../search/exact.js';
import type { Embeddings } from '../store/embeddings/format.js';
import { embed, type PictureEncoder } from './embed.js';

export interface Match {
  /** Of the picture: in general its path. */
  readonly id: string;
  /** Cosine, in [−1, 1]. */
  readonly similarity: number;
  readonly label: string | undefined;
  /** Whether it is the very picture that was asked for. */
  readonly isQuery: boolean;
}

export interface SearchResult {
  /** Id of the picture asked for. */
  readonly query: string;
  /** Best first. */
  readonly matches: readonly Match[];
}

/**
 * Finds the `k` pictures among `rows` that are most similar to the one at `path`, which need not be among them.
 *
 * @param rows a run's bank, or an embedded folder; unit rows
 * @param k at least 1; more than there are rows gives them all
 * @throws {DataError} if there is no picture at `path` that can be read
 * @throws {ArgumentError} if the rows are of another dimension than the encoder's features
 */
export async function searchPicture(encoder: PictureEncoder, rows: Embeddings, path: string, k: number): Promise<SearchResult> {
  if (rows.dim !== encoder.dim) {
    throw new ArgumentError(`rows: expected features of ${encoder.dim} numbers, as the run's, got ${rows.dim}. Embed with this run.`);
  }
  const { ids, features } = await embed(encoder, [path]);
  const query = ids[0]!;
  const { indices, scores } = searchExact({ queries: features, rows: rows.features, dim: rows.dim, k: Math.min(k, rows.ids.length) });
  return {
    query,
    matches: Array.from(indices, (row, rank) => ({
      id: rows.ids[row]!,
      similarity: scores[rank]!,
      label: rows.labels?.[row] ?? undefined,
      isQuery: rows.ids[row] === query,
    })),
  };
}
