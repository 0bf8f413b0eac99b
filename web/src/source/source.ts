/** @file Where the explorer gets its answers: a running service, or a folder exported from one. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type * as Api from '../../../src/server/api.ts';
import type { EpochMetrics, LiveEvents } from '../../../src/server/live-api.ts';
import type { Service } from './service.ts';

export type * from '../../../src/server/api.ts';
export type * from '../../../src/server/live-api.ts';

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
  /** What people have called clusters, by their numbers. */
  readonly clusterNames: ReadonlyMap<number, string>;
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

/** Called with what the service tells while the page is open. */
export type LiveListeners = {
  readonly [Name in keyof LiveEvents]?: (event: LiveEvents[Name]) => unknown;
};

export interface EventListeners extends LiveListeners {
  /** The service went away (false) or came back (true). */
  readonly connection?: (isOpen: boolean) => unknown;
}

/** Longer side in pixels, at least: pictures are not enlarged. */
export type ThumbnailSize = 64 | 128 | 256 | 512 | 1024;

/** What a running service and an exported page both answer. All methods fail with a `SourceError`. */
export interface Source {
  /** Answers all else; undefined on an exported page. */
  readonly service: Service | undefined;
  /** Where a new picture is searched with, as a sentence for whoever brings it. */
  readonly privacy: string;
  run(signal?: AbortSignal): Promise<Api.Run>;
  map(signal?: AbortSignal): Promise<MapData>;
  mapStatus(signal?: AbortSignal): Promise<Api.MapStatus>;
  picture(row: number, signal?: AbortSignal): Promise<Api.ServedPicture>;
  thumbnailUrl(row: number, size: ThumbnailSize): string;
  /** The sizes that there are to choose from. */
  readonly thumbnailSizes: readonly ThumbnailSize[];
  /** Of the whole picture, or the most there is of it. */
  wholeUrl(row: number): string;
  /** What its file says, where there is one. */
  facts(row: number, signal?: AbortSignal): Promise<Api.PictureFacts | undefined>;
  /** The square that the encoder sees of a picture: of one of the collection by its row, or of any. */
  seen(picture: number | Blob, signal?: AbortSignal): Promise<Blob>;
  /** Nearest of a picture of the collection, without itself. */
  neighbours(row: number, options?: SearchOptions): Promise<Api.SearchAnswer>;
  /** Nearest of any picture. */
  search(picture: Blob, options?: SearchOptions): Promise<Api.SearchAnswer>;
  metrics(signal?: AbortSignal): Promise<readonly EpochMetrics[]>;
  /** @returns a function that stops listening */
  events(listeners: EventListeners): () => void;
}

/** Why there is no answer, in words meant for people. */
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

/** The service, in a view that is shown only where there is one. */
export function useService(): Service {
  return useSource().service!;
}
