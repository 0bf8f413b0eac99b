/** @file What goes between a process that asks for decoded pictures and the one that decodes them. */
import type { Rgb } from '../../data/picture.js';
import type { SentFailure } from '../failure.js';

/** A file that a client sent, to be made as small as the encoder wants it; or one on disk, to be made a thumbnail. */
export type Task =
  | { readonly kind: 'upload'; readonly bytes: Uint8Array; readonly shortSide: number }
  | { readonly kind: 'thumbnail'; readonly path: string; readonly size: number };

export interface Order {
  readonly id: number;
  readonly task: Task;
  /** Bytes that it may take; a task that takes more is not begun. */
  readonly maxBytes: number;
}

/** `isHeavy`: it takes more than it may. */
export interface Outcome {
  readonly value?: Rgb | Uint8Array;
  readonly isHeavy?: boolean;
  readonly failure?: SentFailure;
}

export interface Delivery extends Outcome {
  readonly id: number;
}
