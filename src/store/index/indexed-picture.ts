/** @file What an index knows of pictures. */

export interface IndexedPicture {
  /** The absolute path, or `path#index` for a record. */
  readonly id: string;
  readonly label: string | null;
  /** SHA-256 of the picture's bytes, in hexadecimal. */
  readonly hash: string;
  /** Bytes and time of the file, to see cheaply that it has not changed. */
  readonly size: number;
  readonly mtimeMs: number;
}

/** Pictures with their features, float32[pictures, dim]. */
export interface IndexedFeatures {
  readonly pictures: readonly IndexedPicture[];
  readonly features: Float32Array;
}
