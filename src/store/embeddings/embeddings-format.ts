/** @file What an embedded folder is, and what a file format for it must do. */

import type { CsvStyle } from '../../core/csv-write.js';

/** Features with the pictures they are of. */
export interface Embeddings {
  /** One a picture, in general its path. */
  readonly ids: readonly string[];
  /** One a picture, null where there is none; absent if no picture has one. */
  readonly labels?: readonly (string | null)[];
  /** float32[pictures, dim] */
  readonly features: Float32Array;
  readonly dim: number;
  /** SHA-256 of the encoder they are of: those of another cannot be compared with them; absent if it is not known. */
  readonly encoderKey?: string;
}

/** A file format. Styles are for those that are text. Writing replaces a file atomically; reading throws DataError on what it cannot use. */
export interface EmbeddingsFormat {
  write(path: string, embeddings: Embeddings, style?: CsvStyle): Promise<void>;
  read(path: string): Promise<Embeddings>;
}

/** Puts together what was read; an empty label is none. */
export function makeEmbeddings(
  ids: readonly string[],
  labels: readonly (string | null | undefined)[],
  features: Float32Array,
  dim: number,
  encoderKey?: string,
): Embeddings {
  const isLabelled = labels.some((label) => label);
  return {
    ids,
    ...(isLabelled && { labels: labels.map((label) => label || null) }),
    features,
    dim,
    ...(encoderKey && { encoderKey }),
  };
}

/** Collects rows of features whose number is not known beforehand. */
export class FeatureRows {
  readonly #rows: Float32Array[] = [];

  get count(): number {
    return this.#rows.length;
  }

  /** Numbers a row; 0 while there is none. */
  get dim(): number {
    return this.#rows[0]?.length ?? 0;
  }

  add(row: ArrayLike<number>): void {
    this.#rows.push(Float32Array.from(row));
  }

  /** float32[count, dim] */
  concat(): Float32Array {
    const features = new Float32Array(this.count * this.dim);
    this.#rows.forEach((row, i) => {
      features.set(row, i * this.dim);
    });
    return features;
  }
}
