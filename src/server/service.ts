/**
 * @file What the routes ask: the answers of one run, in plain values, so that a thread of its own can give them.
 *
 * The inference runtime blocks the thread it works in; the one that answers HTTP must not wait for it. So `RunService`
 * (run-service.ts) lives in a worker thread and the routes hold a `Service` that passes each call on (remote.ts).
 * A new question becomes a method here and in `RunService`, and nothing between them changes.
 */
import type {
  ClassifyRequest,
  Duplicates,
  EpochMetrics,
  Explanation,
  MapStatus,
  NearestStatus,
  Outliers,
  Picture,
  Pictures,
  Proposals,
  Run,
  SearchResult,
} from './api.js';

/** A part of a list. */
export interface Page {
  readonly offset: number;
  readonly limit: number;
}

export interface Ask {
  /** Neighbours to find. */
  readonly k: number;
  /** Whether to compare with what plain pixels find. */
  readonly comparePixels: boolean;
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
  readonly path: string;
  /** Its place in the run's cache, if it is there. */
  readonly place: number | undefined;
}

/** Methods throw a `RequestError` where the request is at fault: no such row, no picture, nothing learned yet. */
export interface Service {
  run(): Promise<Run>;
  /** @param query part of the names wanted, in whatever case; empty for all */
  pictures(query: string, page: Page): Promise<Pictures>;
  picture(row: number): Promise<Picture>;
  source(row: number): Promise<PictureSource>;
  neighbours(row: number, ask: Ask): Promise<SearchResult>;
  /** @param image a picture file */
  search(image: Uint8Array, ask: Ask): Promise<SearchResult>;
  /** @returns float32[dim] */
  embed(image: Uint8Array): Promise<Float32Array>;
  metrics(): Promise<EpochMetrics[]>;
  /** What the method sees of a training picture. */
  explanation(row: number, look: Look): Promise<Explanation>;
  /** How far duplicates and outliers are, once they were asked for. */
  nearestStatus(): Promise<NearestStatus>;
  duplicates(threshold: number, page: Page): Promise<Duplicates>;
  /** The most isolated first. */
  outliers(page: Page): Promise<Outliers>;
  classify(request: ClassifyRequest, page: Page): Promise<Proposals>;
  /** @returns an Arrow IPC stream with the columns MAP_COLUMNS */
  map(): Promise<Uint8Array>;
  /** How far the layout is that `map` asked for. */
  mapStatus(): Promise<MapStatus>;
  close(): Promise<void>;
}
