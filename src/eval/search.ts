/** @file The pictures most similar to a picture. */
import { ArgumentError } from '../core/errors.js';
import { searchExact } from '../search/exact.js';
import type { Neighbours } from '../search/neighbours.js';
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
 * Finds for each picture at or below `paths` the `k` most similar among `rows`, where it need not be itself.
 *
 * @param rows a run's bank, or an embedded folder; unit rows
 * @param k at least 1; more than there are rows gives them all
 * @returns one result a picture, path by path
 * @throws {DataError} if there is no picture at a path that can be read
 * @throws {ArgumentError} if the rows are of another dimension than the encoder's features
 */
export async function searchPictures(
  encoder: PictureEncoder,
  rows: Embeddings,
  paths: readonly string[],
  k: number,
): Promise<SearchResult[]> {
  const { dim } = encoder;
  if (rows.dim !== dim) {
    throw new ArgumentError(
      `rows: expected features of ${dim} numbers, as the run's, got ${rows.dim}. Embed with this run.`,
    );
  }
  const results: SearchResult[] = [];
  for (const path of paths) {
    const { ids, features } = await embed(encoder, [path]);
    const found = searchExact({ queries: features, rows: rows.features, dim, k: Math.min(k, rows.ids.length) });
    for (const [i, query] of ids.entries()) results.push({ query, matches: matchesOf(found, i, query, rows) });
  }
  return results;
}

function matchesOf(
  { indices, scores, k }: Neighbours,
  query: number,
  queryId: string,
  { ids, labels }: Embeddings,
): Match[] {
  return Array.from({ length: k }, (_, rank) => {
    const row = indices[query * k + rank]!;
    const id = ids[row]!;
    return { id, similarity: scores[query * k + rank]!, label: labels?.[row] ?? undefined, isQuery: id === queryId };
  });
}
