/** @file What a search finds: for each query its k most similar rows. */

export interface Neighbours {
  /** Neighbours a query. */
  readonly k: number;
  /** int32[queries, k], rows by descending score, equal scores by ascending row; −1 where there were fewer than k rows. */
  readonly indices: Int32Array;
  /** float32[queries, k]; −Infinity where the index is −1. */
  readonly scores: Float32Array;
}
