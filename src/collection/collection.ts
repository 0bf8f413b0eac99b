/** @file The pictures that are asked about, with their features. */
import type { Neighbours } from '../search/neighbours.js';

/** A picture that was found. */
export interface FoundPicture {
  readonly id: string;
  readonly label: string | null;
  /** Cosine, in [−1, 1]. */
  readonly similarity: number;
}

/** A picture that is asked for, with float32[dim]. */
export interface KnownPicture {
  readonly id: string;
  readonly label: string | null;
  readonly feature: Float32Array;
}

/** What features are from: an index; the pictures of a training, by its encoder; or the rows of its memory bank. */
export type FeatureSource = 'features' | 'bank' | 'index';

/** What a single search is made in. A large index is not read whole for it; otherwise it is a `Collection`. */
export interface SearchSource {
  readonly dim: number;
  readonly numPictures: number;
  /** What the features are from, if they are a run's. */
  readonly source?: FeatureSource;
  /** Of the encoder of the features, if it is not certain to be the run’s; see Embeddings. */
  readonly encoderKey?: string;
  /** The `k` pictures most similar to a feature, float32[dim], best first; all if there are fewer. */
  search(feature: Float32Array, k: number): Promise<readonly FoundPicture[]>;
  /** A picture by its id, or by its row, as text. */
  lookUp(name: string): Promise<KnownPicture | undefined>;
  /** Whether one of the pictures has this label. */
  hasLabel(label: string): Promise<boolean>;
  release(): Promise<void>;
}

export interface CollectionPicture {
  /** The absolute path, or `path#index` for a record. */
  readonly id: string;
  /** The id without the folder that all pictures are in. */
  readonly name: string;
  readonly label: string | null;
  /** SHA-256 of the picture's bytes, in hexadecimal; undefined where it is not known. */
  readonly hash: string | undefined;
}

/** Pictures in the order of their ids, or of a training's cache; a picture's place is its row. All their features are in memory. */
export interface Collection extends SearchSource {
  readonly source: FeatureSource;
  /** CPU threads that a search may take. */
  readonly threads: number;
  readonly pictures: readonly CollectionPicture[];
  /** float32[n, dim], unit rows */
  readonly features: Float32Array;
  /**
   * Finds the rows most similar to each query.
   *
   * @param queries float32[numQueries, dim], unit rows
   * @param k at least 1; more than there are rows leaves places empty
   * @param exclude int32[numQueries], a row that each query may not find, such as its own; −1 for none
   */
  nearest(queries: Float32Array, k: number, exclude?: Int32Array): Promise<Neighbours>;
}
