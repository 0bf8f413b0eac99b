/** @file What the readers of record files are told about a file. */

/** Part of every picture that comes from the file. */
export interface FileFacts {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly mtimeMs: number;
}
