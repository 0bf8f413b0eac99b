/** @file What a service is asked for besides a row: plain values, since they are sent to the thread of the run. */

/** A part of a list. */
export interface Page {
  readonly offset: number;
  readonly limit: number;
}

/** Groups of duplicates, of one kind or of both. */
export interface DuplicatesPage extends Page {
  readonly only?: 'same' | 'similar' | undefined;
  /** Those alone all of whose pictures are to stay, as somebody has said; default the others. */
  readonly decided?: boolean;
}

export interface Ask {
  /** Neighbours to find. */
  readonly k: number;
  /** Whether to compare with what plain pixels find. */
  readonly comparePixels: boolean;
  /** Only rows before this one are found: of new pictures, those that were there. Default all. */
  readonly before?: number | undefined;
}

export interface Look {
  /** Augmented views of the picture. */
  readonly views: number;
  /** Negatives to draw. */
  readonly negatives: number;
  /** Epochs to go on from the last one, for other views and negatives. */
  readonly seed: number;
}

/** Where the pixels of a picture are. Never sent to a client. */
export interface PictureSource {
  /** Equal for the same picture only. */
  readonly key: string;
  /** The same of what the encoder sees of it. */
  readonly seenKey: string;
  readonly path: string;
  /** The run's cache, and its place in that, if it is there. */
  readonly cachePath: string;
  readonly place: number | undefined;
}
