/** @file Answers from `instdisc serve`, over HTTP. */
import type * as Api from '../../../src/server/api.ts';
import { readMap } from './arrow.ts';
import { EventFeed } from './events.ts';
import {
  type EventListeners,
  type ExplanationOptions,
  type LabelRequest,
  type MapData,
  type Page,
  type SearchOptions,
  type Source,
  SourceError,
} from './source.ts';

type Query = Readonly<Record<string, string | number | undefined>>;

export class HttpSource implements Source {
  readonly can = { searchNew: true, byPixels: true, live: true, explain: true, label: true, duplicates: true };
  readonly privacy = 'It goes to the server of this page, no further.';
  readonly #feed = new EventFeed('api/events');

  run(signal?: AbortSignal): Promise<Api.Run> {
    return getJson('api/run', { signal });
  }

  async map(signal?: AbortSignal): Promise<MapData> {
    const answer = await request('api/map', { signal });
    return readMap(await answer.arrayBuffer());
  }

  mapStatus(signal?: AbortSignal): Promise<Api.MapStatus> {
    return getJson('api/map/status', { signal });
  }

  picture(row: number, signal?: AbortSignal): Promise<Api.Picture> {
    return getJson(`api/pictures/${row}`, { signal });
  }

  thumbnailUrl(row: number, size: number): string {
    return `api/pictures/${row}/thumbnail?size=${size}`;
  }

  neighbours(row: number, options: SearchOptions = {}): Promise<Api.SearchResult> {
    return getJson(`api/pictures/${row}/neighbours${searchQuery(options)}`, { signal: options.signal });
  }

  search(picture: Blob, options: SearchOptions = {}): Promise<Api.SearchResult> {
    return getJson(`api/search${searchQuery(options)}`, { method: 'POST', body: picture, signal: options.signal });
  }

  nearestStatus(signal?: AbortSignal): Promise<Api.NearestStatus> {
    return getJson('api/nearest/status', { signal });
  }

  duplicates(threshold: number, { offset, limit, signal }: Page = {}): Promise<Api.Duplicates> {
    return getJson(`api/duplicates${query({ threshold, offset, limit })}`, { signal });
  }

  outliers({ offset, limit, signal }: Page = {}): Promise<Api.Outliers> {
    return getJson(`api/outliers${query({ offset, limit })}`, { signal });
  }

  classify(body: LabelRequest, { offset, limit, signal }: Page = {}): Promise<Api.Proposals> {
    return getJson(`api/classify${query({ offset, limit })}`, { ...jsonBody(body), signal });
  }

  async classifyCsv(body: LabelRequest): Promise<Blob> {
    const { headers, ...rest } = jsonBody(body);
    return (await request('api/classify', { ...rest, headers: { ...headers, accept: 'text/csv' } })).blob();
  }

  async metrics(signal?: AbortSignal): Promise<readonly Api.EpochMetrics[]> {
    return (await getJson<{ records: Api.EpochMetrics[] }>('api/metrics', { signal })).records;
  }

  events(listeners: EventListeners): () => void {
    return this.#feed.listen(listeners);
  }

  explanation(row: number, options: ExplanationOptions = {}): Promise<Api.Explanation> {
    const { views, negatives, seed, signal } = options;
    return getJson(`api/pictures/${row}/explanation${query({ views, negatives, seed })}`, { signal });
  }
}

function searchQuery({ k, byPixels }: SearchOptions): string {
  return query({ k, compare: byPixels ? 'pixels' : undefined });
}

function query(values: Query): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}

function jsonBody(body: unknown): { method: string; body: string; headers: Record<string, string> } {
  return { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
}

interface RequestOptions {
  readonly method?: string;
  readonly body?: BodyInit;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal | undefined;
}

async function getJson<T>(path: string, options: RequestOptions): Promise<T> {
  return (await (await request(path, options)).json()) as T;
}

async function request(path: string, { signal, ...options }: RequestOptions): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, { ...options, ...(signal && { signal }) });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new SourceError('The server does not answer. Start it again with `instdisc explore`.', 0);
  }
  if (answer.ok) return answer;
  const problem = (await answer.json().catch(() => ({}))) as Partial<Api.Problem>;
  throw new SourceError(problem.error ?? `${path}: the server answered ${answer.status}.`, answer.status);
}
