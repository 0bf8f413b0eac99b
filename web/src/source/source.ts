/** @file Where the explorer gets its answers: a running service, or a folder exported from one. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type * as Api from '../../../src/server/api.ts';

export type * from '../../../src/server/api.ts';

/** The map, column by column; every column has one entry a picture, in the order of rows. */
export interface MapData {
  readonly names: readonly string[];
  /** int32[n], of Run.classes; −1 for none. */
  readonly labels: Int32Array;
  /** float32[n], about in [−1, 1]. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** int32[n]; −1 for none. */
  readonly clusters: Int32Array;
  /** float32[n], in [0, 1]. */
  readonly density: Float32Array;
  /** float32[n], mean distance to the nearest pictures, in [0, 2]. */
  readonly outlier: Float32Array;
}

export interface SearchOptions {
  /** How many, ≥ 1. */
  readonly k?: number;
  /** Whether to find the nearest by plain pixels too. */
  readonly byPixels?: boolean;
  readonly signal?: AbortSignal;
}

/** A part of a long list. */
export interface Page {
  readonly offset?: number;
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/** Called with what happens while the page is open. */
export interface EventListeners {
  readonly state?: (event: Pick<Api.Run, 'state'>) => unknown;
  readonly epoch?: (event: Api.EpochMetrics) => unknown;
  readonly progress?: (event: Api.Progress) => unknown;
  readonly map?: (event: Api.MapStatus) => unknown;
  /** The service went away (false) or came back (true). */
  readonly connection?: (isOpen: boolean) => unknown;
}

/** What a source can do beyond showing pictures, their map and their neighbours. */
export interface Abilities {
  readonly searchNew: boolean;
  readonly byPixels: boolean;
  readonly live: boolean;
  readonly explain: boolean;
  readonly label: boolean;
  readonly duplicates: boolean;
}

/** All methods fail with a `SourceError` whose message is meant for people. */
export interface Source {
  readonly can: Abilities;
  /** Where a new picture is searched with, as a sentence for whoever brings it. */
  readonly privacy: string;
  run(signal?: AbortSignal): Promise<Api.Run>;
  map(signal?: AbortSignal): Promise<MapData>;
  mapStatus(signal?: AbortSignal): Promise<Api.MapStatus>;
  picture(row: number, signal?: AbortSignal): Promise<Api.Picture>;
  /** @param size of the longer side in pixels, at least: pictures are not enlarged */
  thumbnailUrl(row: number, size: 64 | 128 | 256 | 512): string;
  /** Nearest of a picture of the collection, without itself. */
  neighbours(row: number, options?: SearchOptions): Promise<Api.SearchResult>;
  /** Nearest of any picture. */
  search(picture: Blob, options?: SearchOptions): Promise<Api.SearchResult>;
  /** How far duplicates and outliers are, which wait for the nearest of every picture. */
  nearestStatus(signal?: AbortSignal): Promise<Api.NearestStatus>;
  /** @param threshold least cosine, in [0, 1] */
  duplicates(threshold: number, page?: Page): Promise<Api.Duplicates>;
  outliers(page?: Page): Promise<Api.Outliers>;
  classify(request: LabelRequest, page?: Page): Promise<Api.Proposals>;
  /** The proposals of all pictures, as CSV. */
  classifyCsv(request: LabelRequest): Promise<Blob>;
  metrics(signal?: AbortSignal): Promise<readonly Api.EpochMetrics[]>;
  /** @returns a function that stops listening */
  events(listeners: EventListeners): () => void;
  explanation(row: number, options?: ExplanationOptions): Promise<Api.Explanation>;
}

/** Names given to a few pictures; what is left out has the service's default. */
export type LabelRequest = Pick<Api.ClassifyRequest, 'labels'> & Partial<Omit<Api.ClassifyRequest, 'labels'>>;

export interface ExplanationOptions {
  /** Augmented views. */
  readonly views?: number;
  /** Sampled negatives. */
  readonly negatives?: number;
  readonly seed?: number;
  readonly signal?: AbortSignal;
}

/** Why there is no answer. */
export class SourceError extends Error {
  /** The HTTP status; 0 if nobody answered. */
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

export const SourceContext = createContext<Source | undefined>(undefined);

/** The source that the page is on. */
export function useSource(): Source {
  return useContext(SourceContext)!;
}
